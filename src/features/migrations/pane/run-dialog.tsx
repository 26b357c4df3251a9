import { type ReactNode, useEffect, useState } from 'react';
import type { Area, Binding } from '#console/public/contract.ts';
import { type ConsoleSession, useSession, useStore } from '#console/public/hooks.ts';
import { displayText } from '#core/display-text.ts';
import { createStore, type Store } from '#core/store.ts';
import { Lines } from '#ui/Lines.tsx';
import { emptyLine, fitRows, type Line, span, words } from '#ui/line.ts';
import { useTheme } from '#ui/theme.ts';
import { failureText } from '../run/failure.ts';
import type { RunJob } from './run-job.ts';
import { runLines, runStateLine } from './run-lines.ts';
import { type MigrationRunner, migrationRunnerOf } from './runner.ts';

const id = 'migrations-run';
const clockMs = 500;

/** Shows the migrations that run or have run. Closing it leaves them running. */
export function openRun(session: ConsoleSession): void {
  const runner = migrationRunnerOf(session);
  const scroll = createStore(0);
  session.openDialog({
    id,
    layer: {
      title: 'Running migrations',
      bindings: () => {
        const job = runner.job.get();
        const close = (): void => session.closeDialog(id);
        return [...stopOrClose(runner, job, close), copyBinding(session, job), ...scrollBindings(scroll)];
      },
    },
    Content: (area) => <RunContent {...area} runner={runner} scroll={scroll} />,
  });
}

function stopOrClose(runner: MigrationRunner, job: RunJob | undefined, close: () => void): readonly Binding[] {
  const isRunning = job !== undefined && job.end === undefined;
  return [
    ...(isRunning
      ? [
          {
            id: 'run.stop',
            keys: ['s'],
            label: 'stop',
            help: 'Cancel the statement on the server; what was applied before stays.',
            inFooter: true,
            confirm: true,
            disabledReason: job.isStopping ? 'it is stopping' : undefined,
            run: () => void runner.stop(),
          },
        ]
      : []),
    {
      id: 'run.close',
      keys: isRunning ? ['esc', 'q', 'ctrl+c'] : ['esc', 'q', 'enter', 'ctrl+c'],
      label: isRunning ? 'leave it running' : 'close',
      help: 'Close; what runs goes on, and p shows it again.',
      inFooter: true,
      run: close,
    },
  ];
}

function copyBinding(session: ConsoleSession, job: RunJob | undefined): Binding {
  const failures = (job?.results ?? []).flatMap(({ name, failure }) =>
    failure === undefined ? [] : [`${name}: ${[failureText(failure), ...failure.excerpt].join('\n')}`],
  );
  return {
    id: 'run.copy',
    keys: ['y'],
    label: 'copy error',
    help: 'Copy what failed.',
    inFooter: failures.length > 0,
    disabledReason: failures.length === 0 ? 'nothing failed' : undefined,
    run: () => session.copy(failures.join('\n'), 'error'),
  };
}

function scrollBindings(scroll: Store<number>): readonly Binding[] {
  const by = (rows: number) => (): void => scroll.update((now) => Math.max(0, now + rows));
  return [
    { id: 'run.down', keys: ['down', 'j'], label: 'scroll', help: 'Scroll down.', run: by(1) },
    { id: 'run.up', keys: ['up', 'k'], label: 'scroll', help: 'Scroll up.', run: by(-1) },
    { id: 'run.page-down', keys: ['pagedown', 'space'], label: 'page', help: 'Scroll a page.', run: by(10) },
    { id: 'run.page-up', keys: ['pageup', 'b'], label: 'page', help: 'Scroll a page back.', run: by(-10) },
  ];
}

function RunContent({
  columns,
  rows,
  runner,
  scroll,
}: Area & { readonly runner: MigrationRunner; readonly scroll: Store<number> }): ReactNode {
  const theme = useTheme();
  const { facts } = useSession();
  const job = useStore(runner.job);
  const scrolled = useStore(scroll);
  const nowMs = useClock();
  const above: readonly Line[] =
    job === undefined
      ? [[words('Nothing was run in this session.', 'muted')]]
      : [
          [
            words(facts.environment.name, facts.environment.production ? 'danger-badge' : 'badge'),
            words(' '),
            span(displayText(job.title, { maxWidth: columns }), 'strong'),
          ],
          runStateLine(job),
          emptyLine,
        ];
  const lines = job === undefined ? [] : runLines(job, nowMs, columns, theme);
  const room = Math.max(1, rows - above.length);
  const last = Math.max(0, lines.length - room);
  // What runs is kept on screen until somebody scrolls.
  const follows = job?.end === undefined && scrolled === 0;
  const at = follows ? Math.min(last, Math.max(0, currentRow(job, lines) - Math.floor(room / 2))) : Math.min(scrolled, last);
  useEffect(() => {
    if (scrolled > last) scroll.set(last);
  }, [scrolled, last, scroll]);
  return <Lines columns={columns} lines={fitRows([...above, ...lines.slice(at)], rows)} />;
}

function currentRow(job: RunJob | undefined, lines: readonly Line[]): number {
  const name = job?.current?.name;
  return name === undefined ? 0 : lines.findIndex((line) => line[1]?.text === displayText(name));
}

/** The time, so that seconds pass while a statement is silent. */
function useClock(): number {
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), clockMs);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}
