/** A name as the parser has it, which is as the catalog has it, as SQL and to_regclass take it. */
export function quoted(parts: readonly (string | undefined)[]): string {
  return parts
    .filter((part) => part !== undefined && part !== '')
    .map((part) => `"${part!.replaceAll('"', '""')}"`)
    .join('.');
}
