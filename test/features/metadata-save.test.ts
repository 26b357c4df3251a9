import { beforeAll, describe, expect, test } from 'vitest';
import { formatPointer } from '#core/json/pointer.ts';
import { parseJson } from '#core/json/parse.ts';
import { writeJson } from '#core/json/write.ts';
import { readDocument } from '#features/metadata/documents.ts';
import { nested } from '../core/json/documents.ts';
import { adHoc } from '../database/opening.ts';
import { connectTo } from '../support/cluster.ts';
import { pgBouncerPath } from '../support/pgbouncer.ts';
import { undoEdit } from '#features/metadata/undo.ts';
import {
  addContact,
  author,
  type Desk,
  during,
  entries,
  failure,
  openDesk,
  placeIn,
  save,
  stored,
  ways,
} from './metadata-saving.ts';

const paths = (changes: readonly { readonly path: readonly string[] }[]): string[] =>
  changes.map(({ path }) => formatPointer(path));

const beforeUpdate = (table: string, body: string): readonly [string, string] => [
  `create function meddle() returns trigger language plpgsql as $$ begin ${body} end $$;
   create trigger meddle before update on ${table} for each row execute function meddle()`,
  `drop function meddle() cascade`,
];

const afterUpdate = (body: string): readonly [string, string] => [
  `create function meddle() returns trigger language plpgsql as $$
   begin if current_setting('meddle.done', true) = pg_current_xact_id()::text then return null; end if;
   perform set_config('meddle.done', pg_current_xact_id()::text, true); ${body} return null; end $$;
   create trigger meddle after update on contacts for each row execute function meddle()`,
  `drop function meddle() cascade`,
];

describe.for(ways)('saving on %s', (way) => {
  describe.skipIf(way.endsWith('PgBouncer') && !pgBouncerPath())('(PgBouncer where named)', () => {
    let desk: Desk;
    beforeAll(async () => {
      desk = await openDesk(way);
    });

    /** Somebody else writes the whole document. */
    const somebodyElse = (id: string, document: string): Promise<unknown> =>
      desk.admin.query('update contacts set metadata = $2::jsonb where id = $1', [id, document]);

    test('writes what changed, with its digits', async () => {
      const base = '{"a": 12345678901234567890, "b": 1.10, "c": [1.0, {"d": null}]}';
      const id = await addContact(desk, base);
      const outcome = await save(desk, id, base, '{"a": 12345678901234567891, "b": 1.10, "c": [1.0, {"d": null}], "e": 1.20}');
      expect(outcome).toMatchObject({ state: 'saved', alsoChanged: [], rewritten: [] });
      expect(await stored(desk, id)).toBe('{"a": 12345678901234567891, "b": 1.10, "c": [1.0, {"d": null}], "e": 1.20}');
      expect(outcome.state === 'saved' && writeJson(outcome.document)).toBe(await stored(desk, id));
    });

    test('nothing changed: nothing is asked of the server', async () => {
      const id = await addContact(desk, '{"a": 1}');
      await desk.admin.query('delete from contacts where id = $1', [id]);
      expect(await save(desk, id, '{"a": 1, "b": 2}', '{"b": 2, "a": 1}')).toEqual({ state: 'unchanged' });
    });

    test('keeps what others changed elsewhere meanwhile, and reports it', async () => {
      const id = await addContact(desk, '{"mine": 1, "theirs": {"a": 1, "b": 1}, "gone": 1}');
      await somebodyElse(id, '{"mine": 1, "theirs": {"a": 2, "b": 1}, "new": [1]}');
      const outcome = await save(
        desk,
        id,
        '{"mine": 1, "theirs": {"a": 1, "b": 1}, "gone": 1}',
        '{"mine": 2, "theirs": {"a": 1, "b": 9}, "gone": 1}',
      );
      expect(await stored(desk, id)).toBe('{"new": [1], "mine": 2, "theirs": {"a": 2, "b": 9}}');
      expect(outcome.state === 'saved' && paths(outcome.alsoChanged).toSorted()).toEqual(['/gone', '/new', '/theirs/a']);
      const [entry] = await entries(desk, id);
      expect(entry!.after).toEqual({ metadata: { '/mine': 2, '/theirs/b': 9 } });
    });

    test('stops at a path that both changed, with all three sides, and writes nothing at all', async () => {
      const id = await addContact(desk, '{"a": 1, "b": 1, "tags": [1]}');
      await somebodyElse(id, '{"a": 2, "b": 1, "tags": [1, 2]}');
      const outcome = await save(desk, id, '{"a": 1, "b": 1, "tags": [1]}', '{"a": 3, "b": 9, "tags": [0, 1]}');
      expect(outcome.state).toBe('conflict');
      if (outcome.state !== 'conflict') return;
      expect(outcome.merge.conflicts).toEqual([
        { path: ['a'], base: parseJson('1'), mine: parseJson('3'), theirs: parseJson('2') },
        { path: ['tags'], base: parseJson('[1]'), mine: parseJson('[0, 1]'), theirs: parseJson('[1, 2]') },
      ]);
      expect(writeJson(outcome.theirs)).toBe('{"a": 2, "b": 1, "tags": [1, 2]}');
      expect(await stored(desk, id)).toBe('{"a": 2, "b": 1, "tags": [1, 2]}');
      expect(await entries(desk, id)).toEqual([]);
    });

    test('takes the same change by both for none, and an array for one value', async () => {
      const id = await addContact(desk, '{"a": 1, "tags": [1, 2]}');
      await somebodyElse(id, '{"a": 2, "tags": [1, 2, 3]}');
      expect(await save(desk, id, '{"a": 1, "tags": [1, 2]}', '{"a": 2, "tags": [1, 2, 3]}')).toEqual({ state: 'unchanged' });
      expect(await save(desk, id, '{"a": 1, "tags": [1, 2]}', '{"a": 1, "tags": [2]}')).toMatchObject({ state: 'conflict' });
      expect(await entries(desk, id)).toEqual([]);
    });

    test('an array is one value for two people, however long, and though the patch names its elements', async () => {
      const list = (...names: string[]): string =>
        `{"list": [${names.map((name) => `{"name": "${name}", "text": "${'x'.repeat(300)}"}`).join(', ')}]}`;
      const id = await addContact(desk, list('a', 'b', 'c'));
      await somebodyElse(id, list('a', 'b', 'C'));
      const baseText = list('a', 'b', 'c');
      expect(await save(desk, id, baseText, list('A', 'b', 'c'), { baseText })).toMatchObject({ state: 'conflict' });
      expect([await stored(desk, id), await entries(desk, id)]).toEqual([list('a', 'b', 'C'), []]);
    });

    test('a document that nobody changed meanwhile is not read again: the text says that it is the same', async () => {
      const baseText = '{"a": 1.10, "b": [1, 2]}';
      const id = await addContact(desk, baseText);
      const outcome = await save(desk, id, baseText, '{"a": 1.10, "b": [1, 2], "zz": 1e2}', { baseText });
      expect(outcome).toMatchObject({
        state: 'saved',
        alsoChanged: [],
        rewritten: [],
        text: '{"a": 1.10, "b": [1, 2], "zz": 100}',
      });
      expect(outcome.state === 'saved' && writeJson(outcome.document)).toBe('{"a": 1.10, "b": [1, 2], "zz": 100}');
    });

    test('a removal against a change inside is a conflict both ways', async () => {
      const id = await addContact(desk, '{"a": {"b": 1}}');
      await somebodyElse(id, '{"a": {"b": 2}}');
      expect(await save(desk, id, '{"a": {"b": 1}}', '{}')).toMatchObject({ state: 'conflict' });
      await somebodyElse(id, '{}');
      expect(await save(desk, id, '{"a": {"b": 1}}', '{"a": {"b": 3}}')).toMatchObject({ state: 'conflict' });
      expect(await stored(desk, id)).toBe('{}');
    });

    test('a record deleted meanwhile is missing, nothing is on record', async () => {
      const id = await addContact(desk, '{"a": 1}');
      await desk.admin.query('delete from contacts where id = $1', [id]);
      expect(await failure(save(desk, id, '{"a": 1}', '{"a": 2}'))).toMatchObject({ kind: 'not-found', code: 'record-missing' });
      expect(await entries(desk, id)).toEqual([]);
    });

    test('a row that another session holds is a lock timeout, and the session is as good as before', async () => {
      const id = await addContact(desk, '{"a": 1}');
      const other = await connectTo(desk.home.settings);
      await other.query('begin');
      await other.query('select from contacts where id = $1 for update', [id]);
      expect(await failure(save(desk, id, '{"a": 1}', '{"a": 2}'))).toMatchObject({ code: 'lock-timeout', sqlState: '55P03' });
      await other.end();
      expect(await save(desk, id, '{"a": 1}', '{"a": 2}')).toMatchObject({ state: 'saved' });
    });

    test('the time limits are the server’s, and end with the transaction', async () => {
      const id = await addContact(desk, '{"a": 1}');
      await during(
        desk,
        ...beforeUpdate(
          'contacts',
          `new.metadata := jsonb_build_object('limits', array[current_setting('statement_timeout'), current_setting('lock_timeout'),
           current_setting('idle_in_transaction_session_timeout')]); return new;`,
        ),
      );
      await save(desk, id, '{"a": 1}', '{"a": 2}');
      expect(await stored(desk, id)).toBe('{"limits": ["5s", "2s", "10s"]}');
    });

    describe('the time of the last change', () => {
      const timeOf = async (table: string, id: string): Promise<boolean> =>
        (
          await desk.admin.query<{ is_now: boolean }>(
            `select updated_at > now() - interval '1 minute' as is_now from ${table} where id = $1`,
            [id],
          )
        ).rows[0]!.is_now;
      const make = async (columns: string): Promise<string> => {
        await during(
          desk,
          `create table timed (id uuid primary key default gen_random_uuid(), metadata jsonb${columns})`,
          'drop table timed',
        );
        return (await desk.admin.query<{ id: string }>(`insert into timed (metadata) values ('{"a": 1}') returning id`)).rows[0]!
          .id;
      };

      test('is set by us where no trigger does', async () => {
        const id = await make(`, updated_at timestamptz default '2020-01-01'`);
        await save(desk, await placeIn(desk, id, 'timed'), '{"a": 1}', '{"a": 2}');
        expect(await timeOf('timed', id)).toBe(true);
      });

      test('is the trigger’s where there is one', async () => {
        const id = await make(`, updated_at timestamptz default '2020-01-01'`);
        await during(desk, ...beforeUpdate('timed', `new.updated_at := '2021-02-03'; return new;`));
        await save(desk, await placeIn(desk, id, 'timed'), '{"a": 1}', '{"a": 2}');
        const { rows } = await desk.admin.query<{ year: string }>(
          'select extract(year from updated_at)::text as year from timed',
        );
        expect(rows).toEqual([{ year: '2021' }]);
      });

      test.for(['', ', updated_at text', ', updated_date timestamptz'])(
        'is left alone where the table has none (%s)',
        async (columns) => {
          const id = await make(columns);
          expect(await save(desk, await placeIn(desk, id, 'timed'), '{"a": 1}', '{"a": 2}')).toMatchObject({ state: 'saved' });
          const { rows } = await desk.admin.query<{ row: unknown }>('select to_jsonb(t) as row from timed t');
          expect(rows[0]!.row).toEqual({
            id,
            metadata: { a: 2 },
            ...(columns.includes('_at') && { updated_at: null }),
            ...(columns.includes('_date') && { updated_date: null }),
          });
        },
      );

      test('moves on contacts of this shape', async () => {
        const id = await addContact(desk, '{"a": 1}');
        await desk.admin.query(`alter table contacts disable trigger user; update contacts set updated_at = '2020-01-01';
          alter table contacts enable trigger user`);
        await save(desk, id, '{"a": 1}', '{"a": 2}');
        expect(await timeOf('contacts', id)).toBe(true);
      });
    });

    describe('triggers and constraints', () => {
      test('what a trigger rewrites is reported, is what the audit entry says, and is what the row holds', async () => {
        const id = await addContact(desk, '{"email": "a@b.example"}');
        await during(
          desk,
          ...beforeUpdate(
            'contacts',
            `new.metadata := jsonb_set(new.metadata, '{email}', to_jsonb(lower(new.metadata ->> 'email'))) || '{"seen": true}'; return new;`,
          ),
        );
        const outcome = await save(desk, id, '{"email": "a@b.example"}', '{"email": "X@Y.example"}');
        expect(outcome.state === 'saved' && outcome.rewritten).toMatchObject([
          { path: ['email'], before: { value: 'X@Y.example' }, after: { value: 'x@y.example' } },
          { path: ['seen'], change: 'added' },
        ]);
        expect(await stored(desk, id)).toBe('{"seen": true, "email": "x@y.example"}');
        const [entry] = await entries(desk, id);
        expect(entry).toMatchObject({
          before: { metadata: { '/email': 'a@b.example' } },
          after: { metadata: { '/email': 'x@y.example', '/seen': true } },
        });
      });

      test('what an AFTER trigger writes onto the row is reported and on record too, and its undo restores the document', async () => {
        const id = await addContact(desk, '{"a": 1}');
        await during(desk, ...afterUpdate(`update contacts set metadata = metadata || '{"seen": true}' where id = new.id;`));
        const outcome = await save(desk, id, '{"a": 1}', '{"a": 2}');
        expect(outcome).toMatchObject({ state: 'saved', text: '{"a": 2, "seen": true}' });
        expect(outcome.state === 'saved' && outcome.rewritten).toMatchObject([{ path: ['seen'], change: 'added' }]);
        const [entry] = await entries(desk, id);
        expect(entry!.after).toEqual({ metadata: { '/a': 2, '/seen': true } });
        await desk.admin.query('alter table contacts disable trigger meddle');
        const undone = await undoEdit(desk.database, await desk.catalog(), entry!.id, { reason: 'x', author });
        expect([undone.state, await stored(desk, id)]).toEqual(['saved', '{"a": 1}']);
      });

      test('one that removes the row is an error, and nothing is saved', async () => {
        const id = await addContact(desk, '{"a": 1}');
        await during(desk, ...afterUpdate('delete from contacts where id = new.id;'));
        expect(await failure(save(desk, id, '{"a": 1}', '{"a": 2}'))).toMatchObject({ code: 'trigger-removed' });
        expect([await stored(desk, id), await entries(desk, id)]).toEqual(['{"a": 1}', []]);
      });

      test('one that returns NULL is told apart from a row that is gone', async () => {
        const id = await addContact(desk, '{"a": 1}');
        await during(desk, ...beforeUpdate('contacts', 'return null;'));
        const { code, message } = await failure(save(desk, id, '{"a": 1}', '{"a": 2}'));
        expect([code, message]).toEqual(['trigger-suppressed', expect.stringContaining('a BEFORE trigger returned NULL')]);
        expect([await stored(desk, id), await entries(desk, id)]).toEqual(['{"a": 1}', []]);
      });

      test('one that raises is quoted in full', async () => {
        const id = await addContact(desk, '{"a": 1}');
        await during(
          desk,
          ...beforeUpdate('contacts', `raise exception 'not on %', new.id using detail = 'The detail.', hint = 'The hint.';`),
        );
        const error = await failure(save(desk, id, '{"a": 1}', '{"a": 2}'));
        expect(error).toMatchObject({ kind: 'database', code: 'trigger-error', sqlState: 'P0001' });
        for (const words of [`not on ${id}`, 'The detail.', 'The hint.', 'PL/pgSQL function meddle()'])
          expect(error.detail).toContain(words);
        expect([await stored(desk, id), await entries(desk, id)]).toEqual(['{"a": 1}', []]);
      });

      test('a check that the document violates', async () => {
        const id = await addContact(desk, '{"a": 1}');
        await during(
          desk,
          `alter table contacts add constraint small check ((metadata ->> 'a')::numeric <> 11)`,
          'alter table contacts drop constraint small',
        );
        const error = await failure(save(desk, id, '{"a": 1}', '{"a": 11}'));
        expect(error).toMatchObject({ code: 'check-violation', detail: expect.stringContaining('"small"') });
        expect([await stored(desk, id), await entries(desk, id)]).toEqual(['{"a": 1}', []]);
      });

      test('a constraint that objects only at COMMIT rolls everything back', async () => {
        const id = await addContact(desk, '{"a": 1}');
        await during(
          desk,
          `create function late() returns trigger language plpgsql as $$ begin raise exception 'too late'; end $$;
           create constraint trigger late after update on contacts deferrable initially deferred for each row execute function late()`,
          'drop function late() cascade',
        );
        expect(await failure(save(desk, id, '{"a": 1}', '{"a": 2}'))).toMatchObject({
          code: 'trigger-error',
          detail: expect.stringContaining('too late'),
        });
        expect([await stored(desk, id), await entries(desk, id)]).toEqual(['{"a": 1}', []]);
      });
    });

    describe('what no document may become', () => {
      const refused: readonly (readonly [string, string, string])[] = [
        ['a character U+0000', '{"a": "\\u0000"}', 'json-nul'],
        ['half a surrogate pair', '{"a": "\\ud800"}', 'json-surrogate'],
        ['a key twice', '{"a": 1, "a": 2}', 'json-duplicate-key'],
        ['7,000 levels', nested(7000), 'json-too-deep'],
        ['100,000 levels', nested(100_000), 'json-too-deep'],
        ['a number out of range', '{"a": 1e200000}', 'json-number-range'],
        ['an array where an object was', '[{"a": 2}]', 'root-not-object'],
        ['null where an object was', 'null', 'root-not-object'],
        ['a text where an object was', '"{}"', 'root-not-object'],
        ['a key of 256 KB', `{"a": 1, ${JSON.stringify('k'.repeat(256 * 1024))}: 1}`, 'json-key-too-long'],
        ['a key of 256 KB inside', `{"a": [{${JSON.stringify('é'.repeat(128 * 1024))}: 1}]}`, 'json-key-too-long'],
      ];
      test.for(refused)('%s', async ([, mine, code]) => {
        const id = await addContact(desk, '{"a": 1}');
        const error = await failure(save(desk, id, '{"a": 1}', mine));
        expect(error).toMatchObject({ kind: 'usage', code });
        expect(error.message.length).toBeLessThan(400);
        expect([await stored(desk, id), await entries(desk, id)]).toEqual(['{"a": 1}', []]);
      });

      test('an array, a text or nothing may become an object: such documents are what is to be mended', async () => {
        for (const wrong of ['[1]', '"{\\"a\\": 1}"', 'null']) {
          const id = await addContact(desk, wrong);
          expect(await save(desk, id, wrong, '{"a": 1}')).toMatchObject({ state: 'saved' });
          expect(await stored(desk, id)).toBe('{"a": 1}');
        }
        const id = await addContact(desk, null);
        const { tree } = await readDocument(desk.database, await placeIn(desk, id));
        expect(await save(desk, id, writeJson(tree), '{"a": 1}')).toMatchObject({ state: 'saved' });
        expect(await stored(desk, id)).toBe('{"a": 1}');
      });

      test('a document of 5 MB is saved', async () => {
        const big = JSON.stringify({ lines: Array.from({ length: 50_000 }, (_, n) => `line ${n} ${'x'.repeat(80)}`), a: 1 });
        const id = await addContact(desk, big);
        expect(await save(desk, id, big, big.replace('"a":1', '"a":2'))).toMatchObject({ state: 'saved' });
        const { rows } = await desk.admin.query(
          `select metadata ->> 'a' as a, jsonb_array_length(metadata -> 'lines') as n from contacts where id = $1`,
          [id],
        );
        expect(rows).toEqual([{ a: '2', n: 50_000 }]);
      });
    });

    test('a failure that somebody swallowed is found at COMMIT, which the server answers with ROLLBACK', async () => {
      const swallowed = desk.database.write(async (transaction) => {
        await transaction.run(adHoc('select 1 / 0')).catch(() => undefined);
        return 'saved';
      });
      await expect(swallowed).rejects.toThrow('answered with ROLLBACK: nothing was saved');
    });

    test('a statement of ours that fails never leaves a transaction open', async () => {
      const { rows } = await desk.admin.query(
        `select query from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`,
      );
      expect(rows).toEqual([]);
    });
  });
});
