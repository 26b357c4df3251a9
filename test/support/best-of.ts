/** Milliseconds of the quickest of several runs: on a machine that others share, the one that was disturbed least. */
export function bestOf(runs: number, work: () => void): number {
  const measured = Array.from({ length: runs }, () => {
    const startedAtMs = performance.now();
    work();
    return performance.now() - startedAtMs;
  });
  return Math.min(...measured);
}
