/** A passage of a library and what stands in its place. */
export type Edit = readonly [from: string, to: string];

/** The library's code with its passages changed. Throws an Error when the library no longer reads as expected. */
export function edited(code: string, edits: readonly Edit[]): { code: string; map: null } {
  for (const [from, to] of edits) {
    if (!code.includes(from)) throw new Error(`library-edits: "${from}" is not in the library any more`);
    code = code.replace(from, () => to);
  }
  return { code, map: null };
}
