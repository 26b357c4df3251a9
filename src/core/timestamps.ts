/** Milliseconds since the epoch of a PostgreSQL timestamptz text (`2025-01-15 10:11:12.123456+00`), or undefined where it is none (`infinity`). */
export function epochMs(text: string | null | undefined): number | undefined {
  if (text === null || text === undefined) return undefined;
  const iso = text
    .trim()
    .replace(' ', 'T')
    .replace(/(\.\d{3})\d+/, '$1')
    .replace(/([+-]\d\d)$/, '$1:00');
  const value = Date.parse(iso);
  return Number.isNaN(value) ? undefined : value;
}
