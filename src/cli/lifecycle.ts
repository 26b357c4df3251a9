/** Things to undo before the process ends, in reverse order: unmount the console, close the pool, stop the demo. */
export interface Lifecycle {
  /** Registers something to undo at the end. */
  readonly atEnd: (undo: () => Promise<void> | void) => void;
  /**
   * Registers what is said last of all, in the moment the process ends: about what could not be brought to its end. It is told whether we
   * were asked to stop.
   */
  readonly atExit: (say: (ending: { readonly isInterrupted: boolean }) => void) => void;
  /** Aborted when the operator or the system asks us to stop. */
  readonly signal: AbortSignal;
  /** Undoes everything, then exits with `code`. What hangs is left behind after three seconds. */
  readonly end: (code: number) => Promise<never>;
}

const signals = [
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const;
const patienceMs = 3000;

/** Takes over the process's end: signals, and output that nobody reads any more. */
export function createLifecycle(): Lifecycle {
  const undoings: (() => Promise<void> | void)[] = [];
  const lastWords: Parameters<Lifecycle['atExit']>[0][] = [];
  const stopped = new AbortController();
  let ending: Promise<never> | undefined;
  const undoAll = async (): Promise<void> => {
    for (const undo of undoings.toReversed()) {
      try {
        await undo();
      } catch {
        // The process ends either way; the rest must still be undone.
      }
    }
  };
  const end = (code: number): Promise<never> => {
    ending ??= (async () => {
      stopped.abort();
      // Nothing else may hold the process by now, neither pool nor demo: the timer does until all is undone, or Node would leave with 0.
      process.exitCode = code;
      await Promise.race([undoAll(), new Promise((resolve) => setTimeout(resolve, patienceMs))]);
      for (const say of lastWords) say({ isInterrupted: signals.some(([, ofSignal]) => ofSignal === code) });
      process.exit(code);
    })();
    return ending;
  };
  for (const [name, code] of signals) process.on(name, () => void end(code));
  // A closed terminal or pipe must not turn into an exception while the screen is being restored.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  return { atEnd: (undo) => undoings.push(undo), atExit: (say) => lastWords.push(say), signal: stopped.signal, end };
}
