import { displayText } from '#core/display-text.ts';
import { emptyLine, type Line, span, words } from '#ui/line.ts';
import type { Tone } from '#ui/theme.ts';
import type { ExplainedStatement, ExplainedUses } from '../explain/explain.ts';
import { answerText, costText, notAskedText } from '../explain/words.ts';
import { type SeenStatement, shownText } from '../statements.ts';
import { listed, wrapped } from './told-lines.ts';

/** What the planner said; undefined where it is not asked, or did not answer. */
export type Explained = ExplainedUses | 'asking' | undefined;

const mostStatements = 5;
const mostText = 300;

/** Statements with the planner's word on them; until that is asked for, those that could use the index by their text. */
export function statementLines(candidates: readonly SeenStatement[], explained: Explained, columns: number): readonly Line[] {
  if (explained === 'asking') return listed('Statements on its table', ['the planner is being asked ...'], columns, 'muted');
  if (explained === undefined) return candidateLines(candidates, columns);
  const { statements } = explained;
  if (statements.length === 0) return listed('Statements on its table', ['none is known'], columns, 'muted');
  const more = notAskedText(explained);
  return [
    emptyLine,
    [words('Statements on its table', 'strong')],
    ...statements.flatMap((each) => explainedLines(each, columns)),
    ...(more === undefined
      ? []
      : wrapped(more, columns - 2).map((line): Line => [words('  '), span(displayText(line), 'muted')])),
  ];
}

function explainedLines(each: ExplainedStatement, columns: number): readonly Line[] {
  const { answer, statement } = each;
  const tone: Tone = answer.state === 'unknown' ? 'warning' : answer.isUsed ? 'good' : 'muted';
  const text = shownText(statement).slice(0, mostText);
  return [
    ...wrapped(answerText(each), columns - 2).map((line, index): Line => [
      words(index === 0 ? '- ' : '  ', 'muted'),
      span(displayText(line), tone),
    ]),
    ...wrapped(costText(statement), columns - 4).map((line): Line => [words('    '), span(displayText(line), 'muted')]),
    ...wrapped(text, columns - 4).map((line): Line => [words('    '), span(displayText(line))]),
  ];
}

function candidateLines(candidates: readonly SeenStatement[], columns: number): readonly Line[] {
  const shown = candidates
    .slice(0, mostStatements)
    .map((statement) => `${costText(statement)}: ${shownText(statement).slice(0, mostText)}`);
  const more = candidates.length - shown.length;
  const sentences = [
    ...shown,
    ...(more > 0 ? [`and ${more} more`] : []),
    ...(shown.length > 0 ? ['enter asks the planner'] : []),
  ];
  return listed('Statements that could use it', sentences, columns);
}
