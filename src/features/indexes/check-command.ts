import type { CommandDefinition } from '#core/command.ts';
import { displayText, label } from '#core/display-text.ts';
import { AdminError } from '#core/errors.ts';
import { textTable } from '#core/text-table.ts';
import type { Database } from '#database/database.ts';
import { readEvidence, runChecks } from './check.ts';
import { type CheckId, checkIds, type Finding, type Subject } from './finding.ts';
import { titleOf } from './model.ts';
import { writeFindings, writeFindingsTogether } from './migrations.ts';
import { readForCommand } from './read-for-command.ts';

/** `indexes check`. */
export const indexCheckCommand: CommandDefinition<Database> = {
  path: ['indexes', 'check'],
  summary: 'judge every index; exits 1 on a finding of severity warning or higher',
  arguments: [],
  options: [
    { flags: '--only <checks>', description: `some of ${checkIds.join(', ')}; separated by commas` },
    { flags: '--write-migration <folder>', description: 'write each finding as a numbered migration with its ROLLBACK_ twin' },
    { flags: '--one-file', description: 'with --write-migration: all findings in one migration, step by step' },
    { flags: '--considered', description: 'also tell what was not raised, and why' },
  ],
  prepare(_values, options) {
    const only = checksFrom(options['only']);
    const directory = options['writeMigration'];
    const write = options['oneFile'] ? writeFindingsTogether : writeFindings;
    if (options['oneFile'] && directory === undefined) {
      throw new AdminError({
        kind: 'usage',
        code: 'bad-option',
        whatHappened: '--one-file says how findings are written, and nothing is to be written.',
        whatToDo: 'Give --write-migration FOLDER with it.',
      });
    }
    return async (context) => {
      const reading = await readForCommand(context);
      const evidence = await readEvidence(context.database, reading, only, { signal: context.signal });
      const { findings, considered, blind } = runChecks(reading, evidence, only);
      for (const [because, all] of Map.groupBy(blind, (each) => each.because)) {
        context.narrate(`${all.map(({ check }) => check).join(', ')}: ${displayText(because)}`);
      }
      const by = { author: context.author.operator, date: context.now };
      const files = directory === undefined ? [] : await write(directory, findings, by);
      for (const { migration, isOld } of files)
        context.narrate(`${isOld ? 'is there already' : 'written'}: ${displayText(migration)}`);
      const told = options['considered'] ? considered : [];
      return {
        json: {
          findings: findings.map((finding) => ({
            ...subjectJson(finding),
            severity: finding.severity,
            reason: finding.reason,
            sql: finding.sql,
            rollback_sql: finding.rollbackSql,
          })),
          considered: told.map((each) => ({ ...subjectJson(each), not_raised_because: each.notRaisedBecause })),
          blind,
          observed_since: reading.observation.since,
        },
        text: () =>
          [
            findings.length === 0 ? 'Nothing to do.' : findingTable(findings),
            ...(told.length === 0 ? [] : ['', subjectTable('NOT RAISED BECAUSE', told, (each) => each.notRaisedBecause)]),
          ].join('\n'),
        ...failureOf(findings),
      };
    };
  },
};

function checksFrom(text: string | undefined): readonly CheckId[] {
  if (text === undefined) return checkIds;
  const asked = text.split(',').map((word) => word.trim());
  const unknown = asked.filter((word) => !checkIds.some((id) => id === word));
  if (unknown.length === 0) return checkIds.filter((id) => asked.includes(id));
  throw new AdminError({
    kind: 'usage',
    code: 'bad-option',
    whatHappened: `There is no check "${unknown.join('", "')}".`,
    whatToDo: `Give --only some of ${checkIds.join(', ')}.`,
  });
}

const subjectJson = ({ check, schema, table, index, columns }: Subject) => ({ check, schema, table, index, columns });

function failureOf(findings: readonly Finding[]): { readonly failure?: AdminError } {
  const grave = findings.filter(({ severity }) => severity !== 'notice').length;
  if (grave === 0) return {};
  const failure = new AdminError({
    kind: 'findings',
    code: 'index-findings',
    whatHappened: `${grave} finding${grave === 1 ? '' : 's'} of severity warning or higher.`,
    whatToDo: 'Look at each; --write-migration FOLDER writes them as migrations to run one by one.',
  });
  return { failure };
}

function findingTable(findings: readonly Finding[]): string {
  const order = ['critical', 'warning', 'notice'];
  const sorted = findings.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  return subjectTable(
    'FINDING',
    sorted,
    (finding) => finding.reason,
    (finding) => finding.severity,
  );
}

function subjectTable<Each extends Subject>(
  title: string,
  each: readonly Each[],
  words: (one: Each) => string,
  severity?: (one: Each) => string,
): string {
  const titles = [...(severity ? ['SEVERITY'] : []), 'CHECK', 'TABLE', 'INDEX OR COLUMNS', title];
  return textTable(
    titles.map((text) => ({ title: label(text) })),
    each.map((one) =>
      [
        ...(severity ? [severity(one)] : []),
        one.check,
        titleOf({ schema: one.schema, name: one.table }),
        one.index ?? (one.columns.length === 0 ? '' : `(${one.columns.join(', ')})`),
        words(one),
      ].map((text) => displayText(text)),
    ),
  );
}
