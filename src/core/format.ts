import prettyBytes from 'pretty-bytes';
import { type DisplayText, displayText, label } from '#core/display-text.ts';

const unknown = 'unknown';

/** A whole number with thousands separated by commas, whatever the locale: 18204 -> `18,204`. Not finite: `unknown`. */
export function formatCount(count: number | bigint): DisplayText {
  if (typeof count === 'number' && !Number.isFinite(count)) return label(unknown);
  const digits = (typeof count === 'bigint' ? count : BigInt(Math.round(count))).toString();
  return label(digits.replace(/\B(?=(?:\d{3})+$)/g, ','));
}

/** A count that may have stopped early: `10,000+` when capped. */
export function formatCappedCount(count: { readonly rows: number | bigint; readonly capped: boolean }): DisplayText {
  return label(`${formatCount(count.rows)}${count.capped ? '+' : ''}`);
}

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365.25 * day;
const month = year / 12;

const plural = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`;

function coarse(seconds: number): string {
  if (seconds < minute) return `${Math.floor(seconds)} s`;
  if (seconds < hour) return `${Math.floor(seconds / minute)} min`;
  if (seconds < day) return `${Math.floor(seconds / hour)} h`;
  if (seconds < month) return plural(Math.floor(seconds / day), 'day');
  if (seconds < year) return plural(Math.floor(seconds / month), 'month');
  return plural(Math.floor(seconds / year), 'year');
}

/**
 * How long ago, rounded down to one unit: `just now`, `12 s ago`, `3 min ago`, `5 h ago`, `2 days ago`, `10 months ago`, `3 years ago`.
 * Negative ages are in the future: `in 3 min`. Within 2 seconds either way is `just now`, since clocks of two machines differ by that.
 */
export function formatAge(seconds: number): DisplayText {
  if (!Number.isFinite(seconds)) return label(unknown);
  if (Math.abs(seconds) < 2) return label('just now');
  return label(seconds < 0 ? `in ${coarse(-seconds)}` : `${coarse(seconds)} ago`);
}

/** A measured time, to three figures and then two units: `0.4 ms`, `12 ms`, `1.24 s`, `42.1 s`, `3 min 20 s`, `2 h 5 min`, `3 days 4 h`. */
export function formatDuration(milliseconds: number): DisplayText {
  if (!Number.isFinite(milliseconds)) return label(unknown);
  if (milliseconds < 0) return label(`-${formatDuration(-milliseconds)}`);
  if (milliseconds > 0 && milliseconds < 0.05) return label('<0.1 ms');
  if (milliseconds < 9.95) return label(`${Number(milliseconds.toFixed(1))} ms`);
  if (milliseconds < 999.5) return label(`${Math.round(milliseconds)} ms`);
  if (milliseconds < 9_995) return label(`${(milliseconds / 1000).toFixed(2)} s`);
  if (milliseconds < 59_950) return label(`${(milliseconds / 1000).toFixed(1)} s`);
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < hour) return label(`${Math.floor(seconds / minute)} min ${seconds % minute} s`);
  if (seconds < day) return label(`${Math.floor(seconds / hour)} h ${Math.floor((seconds % hour) / minute)} min`);
  return label(`${plural(Math.floor(seconds / day), 'day')} ${Math.floor((seconds % day) / hour)} h`);
}

/** Bytes in units of 1024, written as pg_size_pretty and psql write them (`kB`, `MB`, `GB`), so that the two can be compared. */
export function formatBytes(bytes: number | bigint): DisplayText {
  if (typeof bytes === 'number' && !Number.isFinite(bytes)) return label(unknown);
  return label(prettyBytes(bytes, { binary: true }).replace('KiB', 'kB').replace('iB', 'B'));
}

const timestampPattern = /^(\d{4,6})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.\d+)?(Z|[+-]\d\d(?::?\d\d){0,2})?)?$/;

function offsetSeconds(offset: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = (offset.match(/\d\d/g) ?? []).map(Number);
  return (offset.startsWith('-') ? -1 : 1) * (hours * hour + minutes * minute + seconds);
}

const two = (value: number): string => String(value).padStart(2, '0');

function inUtc(text: string): { date: string; time: string } | undefined {
  const match = timestampPattern.exec(text.trim());
  if (match === null) return undefined;
  const [, years = '', months = '', days = '', hours = '00', minutes = '00', seconds = '00', offset = 'Z'] = match;
  const shift = offsetSeconds(offset);
  if (shift === 0) return { date: `${years}-${months}-${days}`, time: `${hours}:${minutes}:${seconds}` };
  const moment = new Date(0);
  moment.setUTCFullYear(Number(years), Number(months) - 1, Number(days));
  moment.setUTCHours(Number(hours), Number(minutes), Number(seconds) - shift);
  return {
    date: `${String(moment.getUTCFullYear()).padStart(4, '0')}-${two(moment.getUTCMonth() + 1)}-${two(moment.getUTCDate())}`,
    time: clockTime(moment),
  };
}

const clockTime = (moment: Date): string =>
  [moment.getUTCHours(), moment.getUTCMinutes(), moment.getUTCSeconds()].map(two).join(':');

/**
 * A timestamp as PostgreSQL writes it (`2025-01-15 10:11:12.123456+00`, any offset, or ISO 8601 with T and Z) in UTC, to the second, rounded
 * down: `2025-01-15 10:11:12`. Without an offset it is taken as UTC. `infinity`, years BC and anything else come back as they are.
 */
export function formatTimestamp(text: string): DisplayText {
  const moment = inUtc(text);
  return moment === undefined ? displayText(text) : label(`${moment.date} ${moment.time}`);
}

/** The UTC date of a date or timestamp as PostgreSQL writes it: `2025-01-15`. Anything else comes back as it is. */
export function formatDate(text: string): DisplayText {
  const moment = inUtc(text);
  return moment === undefined ? displayText(text) : label(moment.date);
}

/** The header's clock: `12:04:31 UTC`. */
export function formatClock(moment: Date): DisplayText {
  return label(Number.isNaN(moment.getTime()) ? unknown : `${clockTime(moment)} UTC`);
}
