import { AdminError } from './errors.ts';

/** A moment as somebody typed it. */
export interface TypedMoment {
  /** ISO 8601, UTC, to the millisecond. */
  readonly at: string;
  /** It was a time without a zone, and was taken as one in UTC, or in this machine's zone where that was asked for. */
  readonly isZoneAssumed: boolean;
}

export interface MomentOptions {
  readonly now: Date;
  /** A time without a zone is one of this machine's; otherwise of UTC. */
  readonly isLocal?: boolean;
}

const unitSeconds = { s: 1, m: 60, min: 60, h: 3600, d: 86_400, w: 604_800 } as const;
const ago = /^-?(\d{1,9})\s*(s|m|min|h|d|w)(?:\s+ago)?$/i;
const clock = /^(\d{1,2}:\d\d(?::\d\d)?)$/;
const dated = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;

/**
 * A moment: so long ago (`30s`, `5m`, `20 min`, `2h`, `7d`, `1w`), today at a time (`14:05`), or a date or time as ISO 8601 or PostgreSQL write
 * it (`2025-01-15`, `2025-01-15T10:11:12+02`). Undefined for anything else. Rounded down to the millisecond.
 */
export function parseMoment(text: string, { now, isLocal = false }: MomentOptions): TypedMoment | undefined {
  const typed = text.trim();
  const [, count, unit] = ago.exec(typed) ?? [];
  if (count !== undefined && unit !== undefined) {
    const seconds = Number(count) * unitSeconds[unit.toLowerCase() as keyof typeof unitSeconds];
    return momentFrom(now.getTime() - seconds * 1000, false);
  }
  const [, today] = clock.exec(typed) ?? [];
  const whole = today === undefined ? typed : `${dayOf(now, isLocal)}T${today.replace(/^\d:/, '0$&')}`;
  const [, date, time = '00:00', zone] = dated.exec(whole) ?? [];
  // Date.parse carries the 31st of February over into March.
  if (date === undefined || validDay(date) !== date) return undefined;
  const [, hours, minutes = '00'] = /^([+-]\d\d):?(\d\d)?$/.exec(zone ?? '') ?? [];
  const offset = hours !== undefined ? `${hours}:${minutes}` : zone === undefined && isLocal ? '' : 'Z';
  return momentFrom(Date.parse(`${date}T${time.replace(/(\.\d{3})\d+$/, '$1')}${offset}`), zone === undefined);
}

function momentFrom(epochMs: number, isZoneAssumed: boolean): TypedMoment | undefined {
  const moment = new Date(epochMs);
  const year = moment.getUTCFullYear();
  // PostgreSQL has no year 0, and writes years before and beyond these otherwise than ISO 8601. NaN is none of them.
  return year >= 1 && year <= 9999 ? { at: moment.toISOString(), isZoneAssumed } : undefined;
}

function validDay(date: string): string | undefined {
  const midnight = new Date(`${date}T00:00Z`);
  return Number.isNaN(midnight.getTime()) ? undefined : midnight.toISOString().slice(0, 10);
}

function dayOf(now: Date, isLocal: boolean): string {
  return new Date(now.getTime() - (isLocal ? now.getTimezoneOffset() * 60_000 : 0)).toISOString().slice(0, 10);
}

/** The moment that an option holds, UTC. Throws an AdminError (usage) that names the option and how a moment is written. */
export function momentOption(option: string, text: string, now: Date): TypedMoment {
  const found = parseMoment(text, { now });
  if (found !== undefined) return found;
  throw new AdminError({
    kind: 'usage',
    code: 'bad-option',
    whatHappened: `${option} holds "${text}".`,
    whatToDo: 'Give how long ago (5m, 2h, 7d), or a time: 14:05, 2025-01-15, 2025-01-15T10:11:12Z, 2025-01-15T10:11:12+02:00.',
  });
}
