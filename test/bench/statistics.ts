/** The middle of the values; of an even number, the upper middle. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The value that this share of the values does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Median of the ratios within each round: what slows the machine for a while slows both sides of a round. */
export function pairedRatio(ours: readonly number[], peer: readonly number[]): number {
  return median(ours.map((value, index) => value / peer[index]!));
}

/** `151 [148-160] ms`: the median, the fastest and the slowest. */
export function describe(values: readonly number[], unit: string, digits = 0): string {
  const [middle, least, most] = [median(values), Math.min(...values), Math.max(...values)].map((value) => value.toFixed(digits));
  return `${middle} [${least}-${most}] ${unit}`;
}

/** Runs every task once a round, in turn, after one round that does not count; gives what each measured. */
export async function interleaved(rounds: number, tasks: readonly (() => Promise<number>)[]): Promise<number[][]> {
  const measured: number[][] = tasks.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [index, task] of tasks.entries()) {
      const value = await task();
      if (round > 0) measured[index]!.push(value);
    }
  }
  return measured;
}
