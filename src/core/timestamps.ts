/** Milliseconds since the epoch of a PostgreSQL timestamptz text (`2025-01-15 10:11:12.123456+00`), or undefined where it is none (`infinity`). */
export function epochMs(text: string | null | undefined): number | undefined {
  if (text === null || text === undefined) return undefined;
  if (inUtc.test(text)) return utcMs(text);
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
  if (inUtc.test(text!)) return ms * 1000 + fractionOf(text!, 23, 3);
  const micros = /\.\d{3}(\d{1,3})/.exec(text ?? '')?.[1] ?? '';
  return ms * 1000 + Number(micros.padEnd(3, '0'));
}

/** Whether two PostgreSQL timestamptz texts, or the lack of them, mean the same time: a pooler may answer from sessions of different zones. */
export function sameMoment(one: string | null, other: string | null): boolean {
  if (one === other) return true;
  const micros = epochMicros(one);
  return micros !== undefined && micros === epochMicros(other);
}

/** How a server whose zone is UTC, as Supabase has it, writes the years that people live in. Thousands of them are read a second: no text is made for it. */
const inUtc = /^[1-9]\d{3}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?\+00$/;

function utcMs(text: string): number {
  const two = (at: number): number => digitAt(text, at) * 10 + digitAt(text, at + 1);
  return Date.UTC(two(0) * 100 + two(2), two(5) - 1, two(8), two(11), two(14), two(17), fractionOf(text, 20, 3));
}

/** So many digits of the fraction from a place on, as if zeros stood behind its last. */
function fractionOf(text: string, from: number, digits: number): number {
  const end = text.length - '+00'.length;
  let value = 0;
  for (let at = from; at < from + digits; at += 1) value = value * 10 + (at < end ? digitAt(text, at) : 0);
  return value;
}

function digitAt(text: string, at: number): number {
  return text.charCodeAt(at) - 48;
}
