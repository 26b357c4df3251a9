import type { CommandDefinition } from '#core/command.ts';
import { displayText } from '#core/display-text.ts';
import { AdminError } from '#core/errors.ts';
import { formatBytes, formatCount } from '#core/format.ts';
import { maskMessage, maskSql } from '#core/mask-sql.ts';
import type { Database } from '#database/database.ts';
import { detailOf, type IndexDetail } from './detail.ts';
import { type ExplainedUses, explainUses } from './explain/explain.ts';
import { answerText, costText, notAskedText } from './explain/words.ts';
import { columnsText, kindText } from './index-words.ts';
import { indexJson } from './list-command.ts';
import { type IndexReading, titleOf } from './model.ts';
import { readForCommand } from './read-for-command.ts';
import { readStatements, shownText } from './statements.ts';

/** `indexes show`. */
export const indexShowCommand: CommandDefinition<Database> = {
  path: ['indexes', 'show'],
  summary: 'one index: what rests on it, what stands beside it, and the statements that use it as the planner says',
  arguments: [{ name: 'index', description: 'its name, or schema.name' }],
  options: [],
  prepare:
    ([name = '']) =>
    async (context) => {
      const { database, signal } = context;
      const reading = await readForCommand(context);
      const detail = detailNamed(reading, name);
      const { statements, blind } = await readStatements(database, reading, { signal });
      const uses = await explainUses(database, reading, statements, detail.index, { signal });
      for (const because of blind) context.narrate(displayText(because));
      return {
        json: {
          index: indexJson(detail.index),
          losses: detail.losses,
          comparable: detail.comparable.map(({ index, difference }) => ({ index: titleOf(index), difference })),
          statements: uses.statements.map(({ statement, answer }) => ({
            text: shownText(statement),
            calls: statement.calls,
            mean_ms: Number(statement.meanMs.toPrecision(4)),
            total_ms: Number(statement.totalMs.toPrecision(4)),
            share: Number(statement.share.toPrecision(4)),
            uses_index: answer.state === 'planned' ? answer.isUsed : null,
            plan: answer.state === 'planned' ? maskSql(answer.line) : null,
            unknown_because: answer.state === 'unknown' ? maskMessage(answer.because) : null,
          })),
          statements_not_asked: uses.notAsked,
          statements_not_known: blind,
          observed_since: reading.observation.since,
        },
        text: () => showText(detail, uses),
      };
    },
};

/** Throws an AdminError (not-found). */
function detailNamed(reading: IndexReading, name: string): IndexDetail {
  const index = reading.indexes.find((each) => titleOf(each) === name || `${each.schema}.${each.name}` === name);
  const detail = index === undefined ? undefined : detailOf(reading, [], index.oid);
  if (detail !== undefined) return detail;
  throw new AdminError({
    kind: 'not-found',
    code: 'no-index',
    whatHappened: `There is no index ${name}.`,
    whatToDo: 'Give its name, and its schema where that is not public: schema.name. indexes list shows all.',
  });
}

function showText({ index, losses, comparable }: IndexDetail, uses: ExplainedUses): string {
  const kind = kindText(index);
  const more = notAskedText(uses);
  const lines = [
    titleOf(index),
    `${index.method}${kind === '' ? '' : `, ${kind}`}; ${columnsText(index)}`,
    `${index.indexBytes === null ? 'locked' : formatBytes(index.indexBytes)}, ${formatCount(index.scans)} ${index.scans === 1 ? 'scan' : 'scans'}`,
    index.definition ?? 'its table is locked',
    '',
    'Lost by dropping it',
    ...(losses.length === 0 ? ['  nothing but what it finds quickly'] : losses.map((loss) => `  ${loss}`)),
    ...(comparable.length === 0 ? [] : ['', 'Beside it']),
    ...comparable.map(({ index: other, difference }) => `  ${titleOf(other)}: ${difference}`),
    '',
    'Statements on its table',
    ...(uses.statements.length === 0 ? ['  none is known'] : []),
    ...uses.statements.flatMap((each) => [
      `  ${answerText(each)}`,
      `    ${costText(each.statement)}`,
      `    ${shownText(each.statement)}`,
    ]),
    ...(more === undefined ? [] : [`  ${more}`]),
  ];
  return lines.map((line) => displayText(line)).join('\n');
}
