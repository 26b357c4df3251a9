import { type ReactNode, useEffect } from 'react';
import { displayText } from '#core/display-text.ts';
import { createStore, type Store } from '#core/store.ts';
import { Lines } from '#ui/Lines.tsx';
import { emptyLine, fitRows, type Line, span, words } from '#ui/line.ts';
import { type Theme, useTheme } from '#ui/theme.ts';
import type { Area, Binding } from './contract.ts';
import { type ConsoleSession, useClock, useSession, useStore } from './hooks.ts';
import { isRunning, type LongJob, type LongRun } from './long-run.ts';

/** How a long work is shown. */
export interface LongRunLook<Job extends LongJob<unknown>> {
  readonly id: string;
  readonly title: string;
  readonly run: Pick<LongRun<never, Job>, 'job' | 'stop'>;
  readonly stopHelp: string;
  readonly nothing: string;
  /** How it goes, in a line. */
  readonly stateLine: (job: Job) => Line;
  readonly lines: (job: Job, nowMs: number, columns: number, theme: Theme) => readonly Line[];
  /** What is under way, as it stands in the second place of its line: kept on screen. */
  readonly current: (job: Job) => string | undefined;
  /** What failed, to be copied; empty where nothing did. */
  readonly failureText: (job: Job) => string;
  /** Keys beside those that stop, close, copy and scroll. */
  readonly more?: (job: Job | undefined, close: () => void) => readonly Binding[];
}

const clockMs = 500;

/** Shows what runs or has run. Closing it leaves it running. */
export function openLongRun<Job extends LongJob<unknown>>(session: ConsoleSession, look: LongRunLook<Job>): void {
  const scroll = createStore(0);
  const close = (): void => session.closeDialog(look.id);
  session.openDialog({
    id: look.id,
    layer: {
      title: look.title,
      bindings: () => {
        const job = look.run.job.get();
        return [
          ...stopOrClose(look, job, close),
          ...(look.more?.(job, close) ?? []),
          copyBinding(session, look, job),
          ...scrollBindings(scroll),
        ];
      },
    },
    Content: (area) => <RunContent {...area} look={look} scroll={scroll} />,
  });
}

function stopOrClose<Job extends LongJob<unknown>>(
  { run, stopHelp }: LongRunLook<Job>,
  job: Job | undefined,
  close: () => void,
): readonly Binding[] {
  return [
    ...(isRunning(job)
      ? [
          {
            id: 'run.stop',
            keys: ['s'],
            label: 'stop',
            help: stopHelp,
            inFooter: true,
            confirm: true,
            disabledReason: job?.isStopping ? 'it is stopping' : undefined,
            run: () => void run.stop(),
          },
        ]
      : []),
    {
      id: 'run.close',
      keys: isRunning(job) ? ['esc', 'q', 'ctrl+c'] : ['esc', 'q', 'enter', 'ctrl+c'],
      label: isRunning(job) ? 'leave it running' : 'close',
      help: 'Close; what runs goes on, and p shows it again.',
      inFooter: true,
      run: close,
    },
  ];
}

function copyBinding<Job extends LongJob<unknown>>(
  session: ConsoleSession,
  { failureText }: LongRunLook<Job>,
  job: Job | undefined,
): Binding {
  const failure = job === undefined ? '' : failureText(job);
  return {
    id: 'run.copy',
    keys: ['y'],
    label: 'copy error',
    help: 'Copy what failed.',
    inFooter: failure !== '',
    disabledReason: failure === '' ? 'nothing failed' : undefined,
    run: () => session.copy(failure, 'error'),
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

function RunContent<Job extends LongJob<unknown>>({
  columns,
  rows,
  look,
  scroll,
}: Area & { readonly look: LongRunLook<Job>; readonly scroll: Store<number> }): ReactNode {
  const theme = useTheme();
  const { facts } = useSession();
  const job = useStore(look.run.job);
  const scrolled = useStore(scroll);
  const nowMs = useClock(clockMs);
  const above: readonly Line[] =
    job === undefined
      ? [[words(look.nothing, 'muted')]]
      : [
          [
            words(facts.environment.name, facts.environment.production ? 'danger-badge' : 'badge'),
            words(' '),
            span(displayText(job.title, { maxWidth: columns }), 'strong'),
          ],
          look.stateLine(job),
          emptyLine,
        ];
  const lines = job === undefined ? [] : look.lines(job, nowMs, columns, theme);
  const room = Math.max(1, rows - above.length);
  const last = Math.max(0, lines.length - room);
  // What runs is kept on screen until somebody scrolls.
  const follows = job?.end === undefined && scrolled === 0;
  const current = job === undefined ? undefined : look.current(job);
  const currentRow = current === undefined ? 0 : lines.findIndex((line) => line[1]?.text === displayText(current));
  const at = follows ? Math.min(last, Math.max(0, currentRow - Math.floor(room / 2))) : Math.min(scrolled, last);
  useEffect(() => {
    if (scrolled > last) scroll.set(last);
  }, [scrolled, last, scroll]);
  return <Lines columns={columns} lines={fitRows([...above, ...lines.slice(at)], rows)} />;
}
