import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parseJson } from '#core/json/parse.ts';
import { writeJson } from '#core/json/write.ts';
import type { SavedEdit, SaveOutcome } from '#features/metadata/save.ts';
import { undoEdit } from '#features/metadata/undo.ts';
import { nested } from '../core/json/documents.ts';
import { pgBouncerPath } from '../support/pgbouncer.ts';
import { addContact, author, type Desk, entries, failure, openDesk, save, stored, ways } from './metadata-saving.ts';

function savedEdit(outcome: SaveOutcome): SavedEdit {
  if (outcome.state !== 'saved') throw new Error(`Not saved: ${outcome.state}`);
  return outcome.edit;
}

const undo = async (desk: Desk, id: string, reason = 'a mistake'): Promise<SaveOutcome> =>
  undoEdit(desk.database, await desk.catalog(), id, { reason, author });

const versionOf = async ({ admin }: Desk, id: string): Promise<unknown> =>
  (await admin.query('select xmin::text, ctid::text, updated_at from contacts where id = $1', [id])).rows[0];

describe.for(ways)('undo on %s', (way) => {
  describe.skipIf(way.endsWith('PgBouncer') && !pgBouncerPath())('(PgBouncer where named)', () => {
    let desk: Desk;
    beforeAll(async () => {
      desk = await openDesk(way);
    });
    const somebodyElse = (id: string, document: string): Promise<unknown> =>
      desk.admin.query('update contacts set metadata = $2::jsonb where id = $1', [id, document]);

    const before = '{"a": 1.10, "big": 12345678901234567890, "list": [1, {"x": null}], "gone": {"deep": ["y"]}}';
    const after = '{"a": 1.1, "big": 12345678901234567891, "list": [], "new": {"k": 1}}';

    test('restores every byte, and is itself on record', async () => {
      const id = await addContact(desk, before);
      const text = await stored(desk, id);
      const edit = savedEdit(await save(desk, id, before, after));
      const taken = savedEdit(await undo(desk, edit.id, 'wrong record'));
      expect(await stored(desk, id)).toBe(text);
      expect((await entries(desk, id)).find((entry) => entry.id === taken.id)).toMatchObject({
        action: 'METADATA_EDIT',
        operator: 'olga',
        edit: { undoes: edit.id, reason: 'wrong record', record_id: id },
      });
    });

    test('of an undo makes the edit again', async () => {
      const id = await addContact(desk, before);
      const edit = savedEdit(await save(desk, id, before, after));
      const edited = await stored(desk, id);
      const taken = savedEdit(await undo(desk, edit.id));
      const again = savedEdit(await undo(desk, taken.id));
      expect(await stored(desk, id)).toBe(edited);
      await undo(desk, again.id);
      expect(writeJson(parseJson((await stored(desk, id))!))).toBe(await stored(desk, id));
      expect(await entries(desk, id)).toHaveLength(4);
    });

    test('twice is refused: the second would take back nothing of its own', async () => {
      const id = await addContact(desk, '{"a": 1}');
      const edit = savedEdit(await save(desk, id, '{"a": 1}', '{"a": 2}'));
      await undo(desk, edit.id);
      expect(await failure(undo(desk, edit.id))).toMatchObject({ kind: 'conflict', code: 'undo-refused' });
      expect(await entries(desk, id)).toHaveLength(2);
    });

    test('keeps what others changed elsewhere', async () => {
      const id = await addContact(desk, '{"a": 1, "b": {"c": 1}}');
      const edit = savedEdit(await save(desk, id, '{"a": 1, "b": {"c": 1}}', '{"a": 2, "b": {"c": 1, "d": 1}}'));
      await somebodyElse(id, '{"a": 2, "b": {"c": 9, "d": 1}, "e": 1}');
      await undo(desk, edit.id);
      expect(await stored(desk, id)).toBe('{"a": 1, "b": {"c": 9}, "e": 1}');
    });

    test.for([
      ['the value', '{"a": 1}', '{"a": 2}', '{"a": 3}', '/a'],
      ['its digits alone', '{"a": 1}', '{"a": 1.1}', '{"a": 1.10}', '/a'],
      ['the key away', '{"a": 1}', '{"a": 2}', '{}', '/a'],
      ['a key back that was removed', '{"a": 1}', '{}', '{"a": 1}', '/a'],
      ['something below what was added', '{}', '{"a": {"b": 1}}', '{"a": {"b": 1, "c": 2}}', '/a'],
      ['the array', '{"a": [1]}', '{"a": [1, 2]}', '{"a": [1, 2, 3]}', '/a'],
      ['the kind of the whole document', '{"a": 1}', '{"a": 2}', '[]', '/a'],
    ] as const)('is refused where somebody has changed %s since', async ([, base, mine, theirs, path]) => {
      const id = await addContact(desk, base);
      const edit = savedEdit(await save(desk, id, base, mine));
      await somebodyElse(id, theirs);
      const version = await versionOf(desk, id);
      const error = await failure(undo(desk, edit.id));
      expect(error).toMatchObject({ kind: 'conflict', code: 'undo-refused' });
      expect(error.detail).toContain(path);
      expect([await stored(desk, id), await versionOf(desk, id)]).toEqual([theirs, version]);
      expect(await entries(desk, id)).toHaveLength(1);
    });

    describe('of one element of a long array', () => {
      const items = (...names: string[]): string =>
        `{"list": [${names.map((name) => `{"n": 1.10, "name": "${name}", "text": "${'x'.repeat(300)}"}`).join(', ')}], "other": 1}`;

      test('says on record what changed there and no more, and is taken back', async () => {
        const id = await addContact(desk, items('a', 'b', 'c'));
        const edit = savedEdit(await save(desk, id, items('a', 'b', 'c'), items('a', 'B', 'c')));
        const [entry] = await entries(desk, id);
        expect(entry?.before).toEqual({ metadata: { '/list/1/name': 'b' } });
        expect(entry?.edit['patch']).toEqual([
          { op: 'test', path: '/list/1/name', value: 'b' },
          { op: 'replace', path: '/list/1/name', value: 'B' },
        ]);
        expect(entry?.edit['arrays']).toEqual({ '/list': expect.stringMatching(/^[0-9a-f]{64}$/) });
        await somebodyElse(id, items('a', 'B', 'c').replace('"other": 1', '"other": 2'));
        const taken = savedEdit(await undo(desk, edit.id));
        expect(await stored(desk, id)).toBe(items('a', 'b', 'c').replace('"other": 1', '"other": 2'));
        await undo(desk, taken.id);
        expect(await stored(desk, id)).toBe(items('a', 'B', 'c').replace('"other": 1', '"other": 2'));
      });

      test.for([
        ['added', ['a', 'b'], ['a', 'x', 'y', 'b']],
        ['removed', ['a', 'b', 'c', 'd'], ['a', 'd']],
      ] as const)('that were %s', async ([, from, to]) => {
        const id = await addContact(desk, items(...from));
        const edit = savedEdit(await save(desk, id, items(...from), items(...to)));
        expect(edit.patch.every(({ path }) => path.length === 2)).toBe(true);
        await undo(desk, edit.id);
        expect(await stored(desk, id)).toBe(items(...from));
      });

      test.for([
        ['another element was changed', items('a', 'B', 'C')],
        ['an element came before it', items('x', 'a', 'B', 'c')],
        ['digits of another changed', items('a', 'B', 'c').replace('1.10', '1.1')],
        ['the array went', '{"other": 1}'],
        ['the array became an object', '{"list": {"1": {"name": "B"}}}'],
      ] as const)('is refused where %s since', async ([, theirs]) => {
        const id = await addContact(desk, items('a', 'b', 'c'));
        const edit = savedEdit(await save(desk, id, items('a', 'b', 'c'), items('a', 'B', 'c')));
        await somebodyElse(id, theirs);
        const text = await stored(desk, id);
        expect(await failure(undo(desk, edit.id))).toMatchObject({
          code: 'undo-refused',
          detail: expect.stringContaining('/list'),
        });
        expect(await stored(desk, id)).toBe(text);
      });

      test('is refused where the entry does not say what the array was', async () => {
        const id = await addContact(desk, items('a', 'b', 'c'));
        const edit = savedEdit(await save(desk, id, items('a', 'b', 'c'), items('a', 'B', 'c')));
        const column = desk.shape === 'demo' ? 'new_data' : 'changes';
        await desk.admin.query(`update audit_log set ${column} = ${column} #- '{edit,arrays}' where id = $1`, [edit.id]);
        expect(await failure(undo(desk, edit.id))).toMatchObject({ code: 'undo-refused' });
      });
    });

    test('of an edit that a trigger rewrote takes back what was stored', async () => {
      const id = await addContact(desk, '{"mail": "a@b.example"}');
      await desk.admin.query(`create function meddle() returns trigger language plpgsql as $$ begin
        new.metadata := jsonb_set(new.metadata, '{mail}', to_jsonb(lower(new.metadata ->> 'mail'))); return new; end $$;
        create trigger meddle before update on contacts for each row execute function meddle()`);
      onTestFinished(async () => void (await desk.admin.query('drop function meddle() cascade')));
      const edit = savedEdit(await save(desk, id, '{"mail": "a@b.example"}', '{"mail": "X@Y.example", "n": 1}'));
      expect(await stored(desk, id)).toBe('{"n": 1, "mail": "x@y.example"}');
      await undo(desk, edit.id);
      expect(await stored(desk, id)).toBe('{"mail": "a@b.example"}');
    });

    test('of the first edit of a row without a document leaves it without one', async () => {
      for (const none of [null, 'null'] as const) {
        const id = await addContact(desk, none);
        const edit = savedEdit(await save(desk, id, 'null', '{"a": 1}'));
        const taken = savedEdit(await undo(desk, edit.id));
        expect(await stored(desk, id)).toBe(none);
        await undo(desk, taken.id);
        expect(await stored(desk, id)).toBe('{"a": 1}');
      }
    });

    test('of an edit that turned an array or a text into an object brings them back', async () => {
      for (const wrong of ['[1, 1.0]', '"{\\"a\\": 1}"']) {
        const id = await addContact(desk, wrong);
        const edit = savedEdit(await save(desk, id, wrong, '{"a": 1}'));
        await undo(desk, edit.id);
        expect(await stored(desk, id)).toBe(wrong);
      }
    });

    test('of an edit as deep as the console edits', async () => {
      const id = await addContact(desk, '{}');
      const deep = `{"a": ${nested(999)}}`;
      const edit = savedEdit(await save(desk, id, '{}', deep));
      expect(await stored(desk, id)).toBe(deep);
      const taken = savedEdit(await undo(desk, edit.id));
      expect(await stored(desk, id)).toBe('{}');
      await undo(desk, taken.id);
      expect(await stored(desk, id)).toBe(deep);
    });

    test('of a record deleted meanwhile, or with a reason that is none, is refused', async () => {
      const id = await addContact(desk, '{"a": 1}');
      const edit = savedEdit(await save(desk, id, '{"a": 1}', '{"a": 2}'));
      expect(await failure(undo(desk, edit.id, ' '))).toMatchObject({ code: 'no-reason' });
      await desk.admin.query('delete from contacts where id = $1', [id]);
      expect(await failure(undo(desk, edit.id))).toMatchObject({ kind: 'not-found', code: 'record-missing' });
    });

    test.for(['00000000-0000-4000-8000-00000000dead', 'no-uuid', '', "'; drop table audit_log; --"])(
      'of an edit that is not there (%j)',
      async (id) => {
        expect(await failure(undo(desk, id))).toMatchObject({ kind: 'not-found', code: 'no-such-edit' });
      },
    );

    test('of an audit entry that is no metadata edit', async () => {
      const { rows } = await desk.admin.query<{ id: string }>('select id from audit_log limit 1');
      const error = await failure(undo(desk, rows[0]!.id));
      expect([error.code, error.message]).toEqual(['no-such-edit', expect.stringContaining('is no metadata edit')]);
    });

    test('of an entry that somebody forged in part tells what is wrong and changes nothing', async () => {
      const column = desk.shape === 'demo' ? 'new_data' : 'changes';
      const names = desk.shape === 'demo' ? 'table_name' : 'entity_type';
      for (const edit of ['{}', '[]', '"x"', '{"table": "contacts", "column": "metadata", "record_id": "x", "inverse": 1}']) {
        const { rows } = await desk.admin.query<{ id: string }>(
          `insert into audit_log (action, ${names}, ${column}) values ('METADATA_EDIT', 'contacts', $1) returning id`,
          [`{"edit": ${edit}}`],
        );
        expect((await failure(undo(desk, rows[0]!.id))).whatToDo).not.toBe('');
      }
    });
  });
});
