import type { ConsoleSession } from '#console/public/hooks.ts';
import { readOnlyReason } from '#console/public/read-only.ts';
import { openWrite } from '#console/public/write-dialog.tsx';
import { displayText } from '#core/display-text.ts';
import { type Line, span, words } from '#ui/line.ts';
import { dryRun } from '../run/dry-run.ts';
import { type Action, type Job, titleOfJob } from '../run/job.ts';
import { findLeftovers, type Leftovers, planJobs, type Wanted } from '../run/plan.ts';
import { maintenanceRunnerOf } from './runner.ts';
import { wrapped } from './told-lines.ts';

const verbs: Readonly<Record<Action, string>> = {
  reindex: 'rebuild',
  analyze: 'analyze',
  vacuum: 'vacuum',
  'vacuum-analyze': 'vacuum',
  drop: 'drop',
};

/** Shows what would be sent, with sizes and locks, and does it when that is confirmed. Throws an AdminError where it is refused. */
export async function askToMaintain(
  session: ConsoleSession,
  action: Exclude<Action, 'drop'>,
  wanted: Wanted,
  begun: () => void,
): Promise<void> {
  await confirmJobs(session, await planJobs(session.database, action, wanted), undefined, begun);
}

/** The same for what interrupted REINDEXes left behind, all of it. */
export async function askToClean(session: ConsoleSession, begun: () => void): Promise<void> {
  const leftovers = await findLeftovers(session.database);
  await confirmJobs(session, leftovers.jobs, leftovers, begun);
}

async function confirmJobs(
  session: ConsoleSession,
  jobs: readonly Job[],
  leftovers: Leftovers | undefined,
  begun: () => void,
): Promise<void> {
  const [first] = jobs;
  if (first === undefined) {
    const kept = leftovers?.kept.map(({ title, why }) => `${title} stays: ${why}`).join('; ');
    session.notify(kept ? `${kept}.` : 'Nothing is left over.', kept ? 'warning' : 'good');
    return;
  }
  const shown = (await dryRun(session.database, jobs, leftovers)).text().split('\n');
  const one = titleOfJob(first);
  const all = jobs.length === 1 ? one : `${one} and ${jobs.length - 1} more`;
  const title = all.charAt(0).toUpperCase() + all.slice(1);
  const runner = maintenanceRunnerOf(session);
  openWrite(session, {
    title,
    label: verbs[first.action],
    about: session.facts.unaudited ? [[words('No audit entry will be written (--unaudited).', 'danger')]] : [],
    sections: [{ title: 'what runs', lines: (columns) => shown.flatMap((line) => shownLines(line, columns)) }],
    reason: undefined,
    typed: session.facts.environment.production ? { word: first.target.title, what: 'the name' } : undefined,
    refusal: () => readOnlyReason(session),
    run: () => {
      runner.start({ title, jobs });
      begun();
      return Promise.resolve();
    },
  });
}

/** Statements stand out; what is about them is indented below. */
function shownLines(text: string, columns: number): readonly Line[] {
  const isStatement = !text.startsWith(' ');
  return wrapped(text.trim(), columns - 2).map((line): Line => [
    words(isStatement ? '' : '  '),
    span(displayText(line), isStatement ? 'accent' : 'plain'),
  ]);
}
