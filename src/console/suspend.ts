/** How long to wait for the stop to happen: a process group without a shell above it is never stopped, and must go on at once. */
const notStoppedMs = 200;

/** Stops the whole process group, as the terminal does for Ctrl-Z, and returns when `fg` continues it. */
export function handOverToShell(): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      clearTimeout(timer);
      process.off('SIGCONT', go);
      resolve();
    };
    process.on('SIGCONT', go);
    const timer = setTimeout(go, notStoppedMs);
    // Everything in the foreground must stop, npm or npx above us too, or the shell does not come back.
    process.kill(0, 'SIGTSTP');
  });
}
