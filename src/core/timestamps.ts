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

/**
 * Microseconds since the epoch of a PostgreSQL timestamptz text, exact for the years that people live in, or undefined where it is none: what two
 * times are compared by, since their texts may be of different zones.
 */
export function epochMicros(text: string | null | undefined): number | undefined {
  const ms = epochMs(text);
  if (ms === undefined) return undefined;
  const micros = /\.\d{3}(\d{1,3})/.exec(text ?? '')?.[1] ?? '';
  return ms * 1000 + Number(micros.padEnd(3, '0'));
}
