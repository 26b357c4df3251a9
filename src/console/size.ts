/** The smallest terminal that the console draws itself on. */
export const leastSize = { columns: 60, rows: 12 } as const;

/** Whether a terminal is large enough. */
export function fits(columns: number, rows: number): boolean {
  return columns >= leastSize.columns && rows >= leastSize.rows;
}
