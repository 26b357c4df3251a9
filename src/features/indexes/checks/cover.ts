import type { Index, IndexReading } from '../model.ts';
import { referencedBy, whyKept } from './serving.ts';

/** An index that another one of the same table makes needless. */
export interface Covered {
  readonly index: Index;
  readonly by: Index;
  readonly kind: 'duplicate' | 'redundant-prefix';
  /** The keeper is read in the other direction. */
  readonly isMirrored: boolean;
}

/** Two indexes on the same keys that are no duplicates, and what tells them apart. */
export interface NearMiss {
  readonly index: Index;
  readonly other: Index;
  readonly kind: Covered['kind'];
  readonly because: string;
}

interface Cover {
  readonly covered: readonly Covered[];
  readonly nearMisses: readonly NearMiss[];
}

const known = new WeakMap<IndexReading, Cover>();

/**
 * The indexes that are needless beside another one of their table, and those that only look so. Of two that do the same the one stays that more
 * rests on; a kept one is never itself needless, so that all findings can be acted on at once. Found once a reading: several checks ask.
 */
export function findCovered(reading: IndexReading): Cover {
  const cover = known.get(reading) ?? coverOf(reading);
  known.set(reading, cover);
  return cover;
}

function coverOf(reading: IndexReading): Cover {
  const covered: Covered[] = [];
  const nearMisses: NearMiss[] = [];
  for (const indexes of reading.indexesOf.values()) {
    if (indexes.length < 2) continue;
    const judged = indexes.filter((index) => index.isValid && index.isReady && index.definition !== null);
    const kept: Index[] = [];
    for (const index of judged.toSorted((a, b) => weight(reading, b) - weight(reading, a) || Number(a.oid) - Number(b.oid))) {
      const looks = kept.flatMap((by) => compared(reading, index, by) ?? []);
      const [by] = looks
        .filter((look): look is Covered => 'by' in look)
        .toSorted((a, b) => (a.by.indexBytes ?? 0) - (b.by.indexBytes ?? 0));
      if (by !== undefined) covered.push(by);
      else {
        kept.push(index);
        nearMisses.push(...looks.filter((look): look is NearMiss => 'other' in look));
      }
    }
    // A short one that must stay was kept before the longer one was looked at.
    for (const [place, index] of kept.entries()) {
      const looks = kept
        .slice(place + 1)
        .map((by) => (by.columns.length > index.columns.length ? compared(reading, index, by) : undefined));
      nearMisses.push(...looks.filter((look): look is NearMiss => look !== undefined && 'other' in look));
    }
  }
  return { covered, nearMisses };
}

/** How much rests on an index: what can not be dropped first, then the one that serves more, is unique, or is named by the rules. */
function weight(reading: IndexReading, index: Index): number {
  const why = whyKept(index);
  const rank =
    index.parentOid !== null
      ? 5
      : index.isPrimary
        ? 4
        : index.isReplicaIdentity || index.isClustered || referencedBy(reading, index).length > 0
          ? 3
          : index.constraint !== null
            ? 2
            : why === undefined
              ? 0
              : 1;
  const width = index.columns.length * 40 + index.includedColumns.length;
  return rank * 100_000 + width * 10 + (index.name.startsWith(`idx_${index.table}_`) ? 1 : 0);
}

/** What the keeper makes of the other index; undefined where they have nothing to do with each other. */
function compared(reading: IndexReading, index: Index, by: Index): Covered | NearMiss | undefined {
  const isPrefix = index.columns.every(
    (column, place) => column === by.columns[place] && index.keyNumbers[place] === by.keyNumbers[place],
  );
  if (!isPrefix) return undefined;
  const isSame = index.columns.length === by.columns.length;
  const includes = new Set([...by.columns, ...by.includedColumns]);
  const isWhole = index.includedColumns.every((column) => includes.has(column));
  const kind =
    isSame && (index.includedColumns.length === by.includedColumns.length || !isWhole) ? 'duplicate' : 'redundant-prefix';
  const isMirrored = isMirror(index, by);
  const because = whyDifferent(index, by, { isSame, isWhole, isMirrored }) ?? whyNeeded(reading, index, by, isSame);
  return because === undefined ? { index, by, kind, isMirrored } : { index, other: by, kind, because };
}

/** A btree is read backwards as well: all keys turned round, nulls included, is the same order. */
function isMirror(index: Index, by: Index): boolean {
  return index.method === 'btree' && index.keyOptions.every((option, place) => option === ((by.keyOptions[place] ?? 0) ^ 3));
}

function whyDifferent(
  index: Index,
  by: Index,
  { isSame, isWhole, isMirrored }: { readonly isSame: boolean; readonly isWhole: boolean; readonly isMirrored: boolean },
): string | undefined {
  const differs = (what: string): string => `${by.name} has ${what}`;
  if (index.method !== by.method) return differs(`another method: ${by.method}`);
  if (!isSame && index.method !== 'btree') return `in a ${index.method} index the first columns alone are another index`;
  const keys = index.columns.keys().toArray();
  const [classes, collations] = [0, 1].map((part) => keys.every((place) => word(index, place, part) === word(by, place, part)));
  if (!classes || index.operatorClassOptions !== by.operatorClassOptions) return differs('another operator class');
  if (!collations) return differs('another collation');
  if (!isMirrored && keys.some((place) => index.keyOptions[place] !== by.keyOptions[place]))
    return differs('another order of the same keys');
  if (index.predicate !== by.predicate) {
    return by.predicate === null
      ? `it covers only some rows (${index.predicate}), so it is smaller`
      : differs(`only some rows: ${by.predicate}`);
  }
  return isWhole ? undefined : differs('not the columns that it includes');
}

const word = (index: Index, place: number, part: number): string | undefined => index.keyMeanings[place]?.split(' ')[part];

/** What would be lost with the index although the other one finds the same rows. */
function whyNeeded(reading: IndexReading, index: Index, by: Index, isSame: boolean): string | undefined {
  if (index.parentOid !== null) return 'it is part of a partitioned index, which is judged as a whole';
  if (index.isUnique) {
    if (!isSame || !by.isUnique) return `it enforces uniqueness, which ${by.name} does not`;
    if (index.nullsNotDistinct !== by.nullsNotDistinct) return `${by.name} treats nulls in another way (NULLS NOT DISTINCT)`;
    if (index.isImmediate !== by.isImmediate) return `${by.name} checks uniqueness at another time (DEFERRABLE)`;
  }
  if (index.isPrimary) return 'it is the primary key';
  if (index.isExclusion) return 'it enforces an exclusion constraint';
  if (index.isReplicaIdentity) return 'logical replication identifies rows by it (replica identity)';
  if (index.isClustered) return 'the table is clustered on it';
  const [key] = referencedBy(reading, index);
  if (key !== undefined) return `the foreign key ${key.name} rests on it`;
  if (index.isBeingBuilt || by.isBeingBuilt) return 'one of the two is being built now';
  return undefined;
}
