import { type DisplayText, displayText, label, trusted } from '#core/display-text.ts';
import { formatTimestamp } from '#core/format.ts';
import { epochMs } from '#core/timestamps.ts';

const two = (value: number): string => String(value).padStart(2, '0');

/** A timestamp to the second, in UTC or in this machine's time; what is no time comes back as it is. */
export function wholeTime(at: string | null, isLocal: boolean): DisplayText {
  if (at === null) return label('no time');
  const moment = isLocal ? epochMs(at) : undefined;
  return moment === undefined ? formatTimestamp(at) : localTime(moment);
}

/** The same for the list: the time of an entry of the last day, else month and day with it, the date alone beyond a year. */
export function listTime(at: string | null, nowMs: number, isLocal: boolean): DisplayText {
  const whole = wholeTime(at, isLocal);
  const moment = epochMs(at);
  if (moment === undefined) return displayText(whole, { maxWidth: 12 });
  const ageMs = Math.abs(nowMs - moment);
  if (ageMs < dayMs) return trusted(whole.slice(11, 19));
  return trusted(ageMs < yearMs ? whole.slice(5, 16) : whole.slice(0, 10));
}

const dayMs = 86_400_000;
const yearMs = 365 * dayMs;

function localTime(moment: number): DisplayText {
  const date = new Date(moment);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return label(`${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`);
}
