import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { JsonNode } from '#core/json/node.ts';
import { parseJson } from '#core/json/parse.ts';
import { writeJson, writePrettyJson } from '#core/json/write.ts';
import { readDocument } from '#features/metadata/documents.ts';
import { undoEdit } from '#features/metadata/undo.ts';
import { anyDocument } from '../core/json/documents.ts';
import { addContact, author, type Desk, openDesk, placeIn, save, stored } from './metadata-saving.ts';

const versionOf = async ({ admin }: Desk, id: string): Promise<unknown> =>
  (await admin.query('select xmin::text, ctid::text, updated_at from contacts where id = $1', [id])).rows[0];

describe.for(['demo', 'production'] as const)('any document on %s', (shape) => {
  let desk: Desk;
  let id: string;
  beforeAll(async () => {
    desk = await openDesk(shape);
    id = await addContact(desk, '{}');
  });
  const put = (document: JsonNode): Promise<unknown> =>
    desk.admin.query('update contacts set metadata = $2::jsonb where id = $1', [id, writeJson(document)]);

  test('opened and saved without a change stays as it is, and the row is not touched', { timeout: 60_000 }, async () => {
    const place = await placeIn(desk, id);
    await fc.assert(
      fc.asyncProperty(anyDocument, async (document) => {
        await put(document);
        const [text, version] = [await stored(desk, id), await versionOf(desk, id)];
        const { tree, text: read } = await readDocument(desk.database, place);
        expect([read, writeJson(tree)]).toEqual([text, text]);
        // Through an editor, as `E` does it; and once more with a base of its own, as a draft read back from its file.
        const edited = writePrettyJson(tree);
        expect(await save(desk, place, read, edited)).toEqual({ state: 'unchanged' });
        expect([await stored(desk, id), await versionOf(desk, id)]).toEqual([text, version]);
      }),
      { numRuns: 150, examples: [[parseJson('{"a": 1e400, "b": 1.10, "c": -0, "__proto__": {"x": 1}, "": 1e-400}')]] },
    );
  });

  test('edited and undone is what it was, byte for byte', { timeout: 60_000 }, async () => {
    const place = await placeIn(desk, id);
    const catalog = await desk.catalog();
    await fc.assert(
      fc.asyncProperty(anyDocument, anyDocument, async (first, second) => {
        await put(first);
        const text = (await stored(desk, id))!;
        const mine: JsonNode =
          first.kind === 'object' && second.kind !== 'object'
            ? { ...first, members: new Map([...first.members, ['~/.', second]]) }
            : second;
        const outcome = await save(desk, place, text, writeJson(mine));
        const { rows } = await desk.admin.query<{ text: string }>('select $1::jsonb::text as text', [writeJson(mine)]);
        expect(await stored(desk, id)).toBe(rows[0]!.text);
        expect(outcome.state).toBe(rows[0]!.text === text ? 'unchanged' : 'saved');
        if (outcome.state === 'saved') await undoEdit(desk.database, catalog, outcome.edit.id, { reason: 'back', author });
        expect(await stored(desk, id)).toBe(text);
      }),
      { numRuns: 100 },
    );
  });
});
