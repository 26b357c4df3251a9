import type { ColumnDef } from '@pgsql/types';
import { namesOf, typeText } from '../tree.ts';
import type { LintFacts } from './facts.ts';

/** The types through which a column's values go to their new one; undefined where they are worked out in another way. */
export function typesOnTheWay({ raw_default: using, typeName }: ColumnDef, column: string): readonly string[] | undefined {
  const after = typeText(typeName, true);
  const casts: string[] = [];
  let at = using;
  while (at !== undefined && 'TypeCast' in at) {
    casts.unshift(typeText(at.TypeCast.typeName, true));
    at = at.TypeCast.arg;
  }
  if (using === undefined) return [after];
  const isColumn = at !== undefined && 'ColumnRef' in at && namesOf(at.ColumnRef.fields).at(-1) === column;
  return isColumn ? [...casts, after] : undefined;
}

/** Whether PostgreSQL changes only its catalog on the way through types, as 15 was seen to; domains are taken for the types below them. */
export function keepsRows(
  facts: Pick<LintFacts, 'domain' | 'timeZone'>,
  before: string,
  way: readonly string[] | undefined,
): boolean {
  if (way === undefined) return false;
  let from = normal(before);
  for (const each of way) {
    const to = normal(each);
    const [oldDomain, newDomain] = [facts.domain(from), facts.domain(to)];
    if (from !== to && newDomain?.isChecking === true) return false;
    const isKept = from === to || isCoercible(normal(oldDomain?.base ?? from), normal(newDomain?.base ?? to), facts.timeZone);
    if (!isKept) return false;
    from = to;
  }
  return true;
}

/** As it is compared: no schema, no quotes, every modifier written out. */
function normal(type: string): string {
  const bare = type.replaceAll('"', '').replace(/^[^(]*\./, '');
  return bare
    .replace(/^numeric\((\d+)\)$/, 'numeric($1,0)')
    .replace(/^character$/, 'character(1)')
    .replace(/^bit$/, 'bit(1)');
}

interface Sized {
  readonly name: string;
  readonly sizes: readonly number[];
}

function sized(type: string): Sized {
  const [, numbers = ''] = /\(([\d,]+)\)/.exec(type) ?? [];
  return { name: type.replace(/\([\d,]+\)/, ''), sizes: numbers === '' ? [] : numbers.split(',').map(Number) };
}

/** Types of text without a length, which are stored alike. */
const texts = new Set(['text', 'character varying', 'citext']);
/** Types whose size may grow, or go. */
const growing = new Set([
  'character varying',
  'bit varying',
  'timestamp with time zone',
  'timestamp without time zone',
  'time with time zone',
  'time without time zone',
  'interval',
]);

function isCoercible(before: string, after: string, timeZone: string): boolean {
  if (before === after) return true;
  if (before.endsWith('[]') || after.endsWith('[]')) return false;
  const [from, to] = [sized(before), sized(after)];
  const hasNoSize = to.sizes.length === 0;
  if (hasNoSize && texts.has(from.name) && texts.has(to.name)) return true;
  if (from.name === 'cidr' && to.name === 'inet') return true;
  const times = ['timestamp with time zone', 'timestamp without time zone'];
  const areTimes = times.includes(from.name) && times.includes(to.name);
  const isUtc = /^(utc|gmt|etc\/(utc|gmt|uct|zulu)|uct|zulu|greenwich)$/i.test(timeZone);
  if (from.name !== to.name && !(areTimes && isUtc)) return false;
  if (to.name === 'numeric')
    return hasNoSize || (from.sizes.length === 2 && to.sizes[0]! >= from.sizes[0]! && to.sizes[1] === from.sizes[1]);
  if (!growing.has(to.name)) return false;
  // Times without a number keep six digits, texts without one any length.
  const most = to.name.startsWith('time') || to.name === 'interval' ? 6 : Number.POSITIVE_INFINITY;
  return (to.sizes[0] ?? most) >= (from.sizes[0] ?? most);
}
