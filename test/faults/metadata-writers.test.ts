import { describe, expect, onTestFinished, test } from 'vitest';
import { addValue, setValue } from '#core/json/edit.ts';
import type { JsonNode } from '#core/json/node.ts';
import { parseJson } from '#core/json/parse.ts';
import { formatPointer, type JsonPath, nodeAt } from '#core/json/pointer.ts';
import type { Database } from '#database/database.ts';
import { type DocumentPlace, readDocument } from '#features/metadata/documents.ts';
import { saveDocument } from '#features/metadata/save.ts';
import { open } from '../database/opening.ts';
import { pgBouncerPath, startPgBouncer } from '../support/pgbouncer.ts';
import { addContact, author, entries, openDesk, placeIn, stored, writing } from '../features/metadata-saving.ts';

const writers = 8;
const editsEach = 125;

interface Tally {
  /** The edits saved, as the record and the key that is the edit's own. */
  readonly saved: string[];
  /** Those of them that also wrote themselves onto a list that all writers share. */
  readonly listed: string[];
  readonly conflicts: string[];
  /** Where the conflicts were. */
  readonly conflictPaths: Set<string>;
  /** How many were put onto what others had changed meanwhile. */
  merged: number;
}

const textAt = (document: JsonNode, path: JsonPath): string => {
  const node = nodeAt(document, path);
  return node?.kind === 'string' ? node.value : '';
};

/** One operator who reads, thinks as long as the others take, and saves: a key of the edit's own, and sometimes more on a shared list. */
async function write(database: Database, places: readonly DocumentPlace[], writer: number, tally: Tally): Promise<void> {
  const catalog = await database.catalog();
  for (let edit = 0; edit < editsEach; edit += 1) {
    const place = places[(writer + edit) % places.length]!;
    const own = `w${writer}e${edit}`;
    const list = edit % 4 === 0 ? `l${(edit / 4) % 3}` : undefined;
    const { tree: base } = await readDocument(database, place);
    let mine = addValue(base, [own], { kind: 'boolean', value: true });
    if (list !== undefined) {
      mine = setValue(mine, ['lists', list], { kind: 'string', value: `${textAt(base, ['lists', list])} ${own}` });
    }
    const outcome = await saveDocument(database, catalog, place, { base, mine, author, reason: own });
    if (outcome.state === 'conflict') {
      tally.conflicts.push(`${place.id} ${own}`);
      for (const { path } of outcome.merge.conflicts) tally.conflictPaths.add(formatPointer(path));
      continue;
    }
    if (outcome.state !== 'saved') throw new Error(outcome.state);
    tally.saved.push(`${place.id} ${own}`);
    if (list !== undefined) tally.listed.push(`${place.id} ${own}`);
    if (outcome.alsoChanged.length > 0) tally.merged += 1;
  }
}

describe.for(['demo', 'production', 'production through PgBouncer'] as const)('%s', (way) => {
  test.skipIf(way.endsWith('PgBouncer') && !pgBouncerPath())(
    `${writers} writers make ${writers * editsEach} edits: each is in the document or was told as a conflict`,
    { timeout: 60_000 },
    async () => {
      const desk = await openDesk(way.startsWith('demo') ? 'demo' : 'production');
      const pooler = way.endsWith('PgBouncer') ? await startPgBouncer({ target: desk.home.settings }) : undefined;
      onTestFinished(() => pooler?.stop());
      const settings = pooler?.settings ?? desk.home.settings;
      const empty = '{"lists": {"l0": "", "l1": "", "l2": ""}}';
      const ids = [await addContact(desk, empty), await addContact(desk, empty), await addContact(desk, empty)];
      const places = await Promise.all(ids.map((id) => placeIn(desk, id)));
      const databases = await Promise.all(
        Array.from({ length: writers }, () => open(settings, { access: writing, pool: { max: 2 } })),
      );
      const tally: Tally = { saved: [], listed: [], conflicts: [], conflictPaths: new Set(), merged: 0 };
      await Promise.all(databases.map((database, writer) => write(database, places, writer, tally)));

      expect(tally.saved.length + tally.conflicts.length).toBe(writers * editsEach);
      // Otherwise nobody was in anybody's way, and nothing was shown.
      expect([tally.conflicts.length > 10, tally.merged > 50]).toEqual([true, true]);
      expect([...tally.conflictPaths].toSorted()).toEqual(['/lists/l0', '/lists/l1', '/lists/l2']);
      const found: string[] = [];
      const listed: string[] = [];
      for (const id of ids) {
        const document = parseJson((await stored(desk, id))!);
        if (document.kind !== 'object') throw new Error('The document is no object any more');
        for (const key of document.members.keys()) if (key !== 'lists') found.push(`${id} ${key}`);
        for (const list of ['l0', 'l1', 'l2']) {
          for (const own of textAt(document, ['lists', list]).split(' ').slice(1)) listed.push(`${id} ${own}`);
        }
      }
      expect(found.toSorted()).toEqual(tally.saved.toSorted());
      expect(listed.toSorted()).toEqual(tally.listed.toSorted());
      const recorded = await entries(desk);
      expect(recorded.map(({ edit }) => `${String(edit['record_id'])} ${String(edit['reason'])}`).toSorted()).toEqual(
        tally.saved.toSorted(),
      );
    },
  );
});
