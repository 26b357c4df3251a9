import { expect, test } from 'vitest';
import type { ConsoleSession } from '#console/public/hooks.ts';
import { createLongRun, type LongJob } from '#console/public/long-run.ts';

interface Counting extends LongJob<string> {
  readonly seen: readonly number[];
}

test('ten thousand events that come at once are all taken, and told in few changes', async () => {
  const said: string[] = [];
  const session = {
    router: { bindingsChanged: () => undefined },
    readAgain: () => undefined,
    notify: (text: string) => void said.push(text),
    database: { gate: { keepOpen: () => undefined } },
    askBeforeQuit: () => undefined,
  };
  const events = Array.from({ length: 10_000 }, (_, n) => n);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a long run asks of its session, and no more.
  const run = createLongRun(session as unknown as ConsoleSession, {
    begin: (title: string): Counting => ({ title, seen: [], isStopping: false, end: undefined }),
    async *run() {
      yield* events;
      return Promise.resolve('all');
    },
    note: (job, event: number) => ({ ...job, seen: [...job.seen, event] }),
    changes: (event) => event === 5000,
    summary: ({ title }) => ({ text: `${title}: done.`, isWell: true }),
    leaving: { title: '', stop: '' },
  });
  let changes = 0;
  const ended = new Promise<void>((resolve) => {
    run.job.subscribe(() => {
      changes += 1;
      if (run.job.get()?.end !== undefined) resolve();
    });
  });
  run.start('count');
  await ended;
  expect(run.job.get()).toMatchObject({ seen: events, end: { report: 'all' } });
  expect(changes).toBeLessThan(200);
  expect(said).toEqual(['count: done.']);
});
