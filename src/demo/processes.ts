/** Sends a signal; false when the process (group, for a negative id) is already gone. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** Blocks the thread until the condition holds or the time (milliseconds) is over: for exit handlers, which cannot wait otherwise. */
export function blockUntil(condition: () => boolean, timeoutMs: number): boolean {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  const end = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > end) return false;
    Atomics.wait(clock, 0, 0, 5);
  }
  return true;
}
