/** How long to wait for the stop to happen: a process group without a shell above it is never stopped, and must go on at once. */
const notStoppedMs = 200;

/** Stops the whole process group, as the terminal does for Ctrl-Z, and returns when `fg` continues it. */
export function handOverToShell(): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      clearTimeout(timer);
      process.off('SIGCONT', go);
      // Only the foreground is told of a new size: have Node look before the screen is drawn again.
      process.once('SIGWINCH', () => resolve());
      process.kill(process.pid, 'SIGWINCH');
    };
    process.on('SIGCONT', go);
    const timer = setTimeout(go, notStoppedMs);
    // Everything in the foreground must stop, npm or npx above us too, or the shell does not come back.
    process.kill(0, 'SIGTSTP');
  });
}
