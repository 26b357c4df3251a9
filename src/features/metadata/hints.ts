import { AdminError } from '#core/errors.ts';
import { differencesOf } from '#core/json/difference.ts';
import { type JsonNode, kindName } from '#core/json/node.ts';
import { arrayAbove, formatPointer, type JsonPath, pointerInWords } from '#core/json/pointer.ts';
import { type Reader, type ReadOptions, type RowOf, statement } from '#database/query.ts';
import { type DocumentPlace, identifiersOf } from './documents.ts';
import { nearMiss } from './near-miss.ts';
import { sampleSiblingsQuery } from './queries.ts';

/** What is odd about an edit beside the other rows of its table. */
export interface Hint {
  readonly path: JsonPath;
  /** Names the path as JSON Pointer; tells no values. */
  readonly sentence: string;
}

const sampledRows = 500;
const timeLimitMs = 300;
/** How much longer than the server's limit the network may take before the hints are given up. */
const networkMs = 700;
const mostKeys = 5000;
const mostAdditions = 200;
/** In fewer rows a key or type is no custom of the table. */
const fewestRows = 3;
/** Of the rows that have the path, so many have the type that is taken for its own, and at most so many the type of the edit. */
const usualShare = 0.9;
const oddShare = 0.02;

/**
 * Compares what an edit adds and changes with up to 500 other rows, chosen by chance: keys that no other row has but a near-miss of one
 * that many have, and values of another type than the same path has elsewhere. Asks for at most about a second and then has no hints; a
 * server that refuses has none either, since a hint must never keep anybody from saving.
 */
export async function hintsFor(
  reader: Reader,
  place: DocumentPlace,
  base: JsonNode,
  mine: JsonNode,
  { signal, statementTimeoutMs = timeLimitMs }: ReadOptions = {},
): Promise<readonly Hint[]> {
  const additions = differencesOf(base, mine)
    // What stands in an array is as one of many there: other rows have no element for it to be compared with.
    .flatMap(({ path, before, after }) =>
      after === undefined || arrayAbove(mine, path) !== undefined ? [] : additionsAt(path, before, after),
    )
    .slice(0, mostAdditions);
  if (additions.length === 0) return [];
  const objects = [...new Map(additions.map(({ path }) => [formatPointer(path.slice(0, -1)), path.slice(0, -1)])).values()];
  const limit = AbortSignal.timeout(statementTimeoutMs + networkMs);
  try {
    const { estimatedRows } = place.table;
    const parameters = {
      id: place.id,
      paths: JSON.stringify(objects),
      // Half as many again as wanted, since the share is only about right; a table of a few blocks is read from its beginning.
      samplePercent: String(estimatedRows <= 10 * sampledRows ? 100 : (150 * sampledRows) / estimatedRows),
      sampledRows,
      most: mostKeys,
    };
    const rows = await reader.read(statement(sampleSiblingsQuery, parameters, identifiersOf(place)), {
      statementTimeoutMs,
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    });
    const keysOf = objects.map((_, index) => keysFrom(rows.filter((row) => row.place === index + 1)));
    const at = new Map(objects.map((path, index) => [formatPointer(path), keysOf[index]!]));
    return additions.flatMap((addition) => hintAbout(addition, at.get(formatPointer(addition.path.slice(0, -1)))!) ?? []);
  } catch (error) {
    if (error instanceof AdminError || limit.aborted || signal?.aborted) return [];
    throw error;
  }
}

interface Addition {
  readonly path: JsonPath;
  readonly node: JsonNode;
  readonly isNewKey: boolean;
}

/** What is added or changed at a path: itself, and in a new object every key of it. The root and elements of arrays have no key. */
function additionsAt(path: JsonPath, before: JsonNode | undefined, after: JsonNode): readonly Addition[] {
  const own = path.length === 0 ? [] : [{ path, node: after, isNewKey: before === undefined }];
  if (after.kind !== 'object') return own;
  return [...own, ...[...after.members].flatMap(([key, member]) => additionsAt([...path, key], undefined, member))];
}

type Types = ReadonlyMap<string, number>;

function keysFrom(rows: readonly RowOf<typeof sampleSiblingsQuery>[]): ReadonlyMap<string, Types> {
  const groups = Map.groupBy(rows, ({ key }) => key);
  return new Map([...groups].map(([key, ofKey]) => [key, new Map(ofKey.map(({ type, rows: count }) => [type, count]))]));
}

const total = (types: Types | undefined): number => [...(types?.values() ?? [])].reduce((sum, count) => sum + count, 0);

function hintAbout({ path, node, isNewKey }: Addition, siblings: ReadonlyMap<string, Types>): Hint | undefined {
  const key = path.at(-1) ?? '';
  const types = siblings.get(key);
  if (types === undefined) return isNewKey ? keyHint(path, key, siblings) : undefined;
  return typeHint(path, node, types);
}

function keyHint(path: JsonPath, key: string, siblings: ReadonlyMap<string, Types>): Hint | undefined {
  const candidates = [...siblings].flatMap(([other, types]) => {
    const rows = total(types);
    const difference = rows >= fewestRows ? nearMiss(key, other) : undefined;
    return difference === undefined ? [] : [{ other, rows, difference }];
  });
  const best = candidates.toSorted((one, two) => two.rows - one.rows)[0];
  if (best === undefined) return undefined;
  const meant = pointerInWords([...path.slice(0, -1), best.other]);
  const sentence = `No other row looked at has ${pointerInWords(path)}; ${best.rows} have ${meant} (${best.difference}).`;
  return { path, sentence };
}

function typeHint(path: JsonPath, node: JsonNode, types: Types): Hint | undefined {
  const rows = total(types);
  const [usual, usualRows] = [...types].toSorted((one, two) => two[1] - one[1])[0] ?? ['', 0];
  const isCustom = rows >= fewestRows && usualRows >= usualShare * rows;
  if (!isCustom || usual === node.kind || (types.get(node.kind) ?? 0) > oddShare * rows) return undefined;
  const article = usual === 'null' ? '' : /^[ao]/.test(usual) ? 'an ' : 'a ';
  const sentence = `${pointerInWords(path)} is ${kindName(node)} here, and ${article}${usual} in ${usualRows} of ${rows} other rows looked at.`;
  return { path, sentence };
}
