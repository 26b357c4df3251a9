import { formatCount, formatDuration } from '#core/format.ts';
import { maskMessage, maskSql } from '#core/mask-sql.ts';
import type { SeenStatement } from '../statements.ts';
import type { ExplainedStatement, ExplainedUses } from './explain.ts';

/** `1,204 calls, 2 ms each, 12 % of the time of all statements`. */
export function costText({ calls, meanMs, share }: SeenStatement): string {
  const percent = share > 0 && share < 0.01 ? 'less than 1' : String(Math.round(share * 100));
  const times = calls === 1 ? '1 call' : `${formatCount(calls)} calls`;
  return `${times}, ${formatDuration(meanMs)} each, ${percent} % of the time of all statements`;
}

/** What the planner said of a statement, or why it was not asked, in a sentence. */
export function answerText({ answer }: ExplainedStatement): string {
  if (answer.state === 'unknown') return `not known: ${maskMessage(answer.because)}`;
  return `${answer.isUsed ? 'uses it' : 'does not use it'}: ${maskSql(answer.line)}`;
}

/** What stands below the statements; undefined where all of them were asked about. */
export function notAskedText({ notAsked }: ExplainedUses): string | undefined {
  if (notAsked === 0) return undefined;
  return `${formatCount(notAsked)} more that took less time ${notAsked === 1 ? 'reads' : 'read'} its table and ${notAsked === 1 ? 'was' : 'were'} not asked about`;
}
