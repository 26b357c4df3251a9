import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '#demo/launch.ts';
import { connectTo } from '../support/cluster.ts';
import { addContact, type Desk, during, entries, openDesk, save, stored } from '../features/metadata-saving.ts';
import { stopAt } from '../faults/stop-points.ts';
import { type Outcome, run, type RunOptions, start } from './program.ts';

const directory = mkdtempSync(join(tmpdir(), 'aisha-console-patches-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const document = '{"": 0, "big": 12345678901234567890, "rate": 1.10, "a/b": {"~": [1, {"c.d": "x"}]}, "tags": ["a"]}';
const reason = ['--yes', '--reason', 'ticket 4711'];

describe.for(['demo', 'production'] as const)('metadata on %s', (shape) => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk(shape);
    await desk.admin.query(`create schema crm;
      create table crm.labels (code text primary key, settings jsonb, metadata jsonb);
      create table crm.counters (n bigint primary key, metadata jsonb)`);
  });
  const on = (args: readonly string[], options?: RunOptions): Promise<Outcome> =>
    run(['--database-url', desk.home.url, 'metadata', ...args], options);
  const rowOf = async (id: string): Promise<unknown> =>
    (await desk.admin.query('select xmin::text, metadata::text from contacts where id = $1', [id])).rows[0];

  describe('get', () => {
    test('prints what the server’s ::text gives, byte for byte', async () => {
      for (const text of [
        document,
        '{"a": 1e400, "b": 1.10, "c": -0, "__proto__": {"x": 1e-400}}',
        '[]',
        '"x"',
        'null',
        '{"a": "é😀\\u001b"}',
      ]) {
        const id = await addContact(desk, text);
        expect(await on(['get', 'contacts', id, '--json'])).toEqual({
          code: 0,
          stdout: `${await stored(desk, id)}\n`,
          stderr: '',
        });
      }
      const none = await addContact(desk, null);
      expect(await on(['get', 'contacts', none, '--json'])).toMatchObject({ code: 0, stdout: 'null\n' });
    });

    test.for([
      ['', document],
      ['/', '0'],
      ['/big', '12345678901234567890'],
      ['/rate', '1.10'],
      ['/a~1b/~0', '[1, {"c.d": "x"}]'],
      ['/a~1b/~0/1/c.d', '"x"'],
      ['/tags/0', '"a"'],
    ])('the value at %s', async ([pointer, value]) => {
      const id = await addContact(desk, document);
      const { rows } = await desk.admin.query<{ text: string }>('select $1::jsonb::text as text', [value]);
      const { code, stdout } = await on(['get', 'contacts', id, pointer!, '--json']);
      expect([code, stdout]).toEqual([0, `${rows[0]!.text}\n`]);
    });

    test('as text lets no control sequence through', async () => {
      const id = await addContact(desk, '{"a": "\\u001b[2J\\u202e"}');
      const { stdout } = await on(['get', 'contacts', id]);
      expect(stdout).not.toMatch(/[\u001b\u202e]/);
    });

    test('another column, schema and key', async () => {
      const key = `--it's "a" / key`;
      await desk.admin.query(`insert into crm.labels (code, settings) values ($1, '{"n": 1.0}')`, [key]);
      await desk.admin.query(`insert into crm.counters values (9007199254740993, '{"n": 2.0}')`);
      const label = await on(['get', '--column', 'settings', '--json', '--', 'crm.labels', key]);
      expect(label).toMatchObject({ code: 0, stdout: '{"n": 1.0}\n' });
      expect(await on(['get', 'crm.counters', '9007199254740993'])).toMatchObject({ code: 0, stdout: '{"n": 2.0}\n' });
    });

    test('a key and a document of domain types are read and written as what the domains are made of', async () => {
      await desk.admin.query(`create domain crm.code as text check (value <> ''); create domain crm.object as jsonb;
        create table crm.regions (code crm.code primary key, metadata crm.object);
        insert into crm.regions values ('north', '{"n": 1.10}')`);
      expect(await on(['get', 'crm.regions', 'north'])).toMatchObject({ code: 0, stdout: '{"n": 1.10}\n' });
      expect(await on(['set', 'crm.regions', 'north', '/n', '2.0', ...reason])).toMatchObject({ code: 0 });
      expect(await on(['get', 'crm.regions', 'north'])).toMatchObject({ code: 0, stdout: '{"n": 2.0}\n' });
      expect(await on(['search', 'crm.regions', '--has-key', 'n'])).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('north'),
      });
    });

    test('columns lists where documents are', async () => {
      const { code, stdout } = await on(['columns', '--json']);
      const { columns } = JSON.parse(stdout) as { columns: { table: string; column: string; estimated_rows: number }[] };
      expect(code).toBe(0);
      expect(columns.map(({ table, column }) => `${table}.${column}`)).toEqual(
        expect.arrayContaining(['contacts.metadata', 'crm.labels.metadata', 'crm.labels.settings', 'modulesettings.settings']),
      );
      expect(Object.keys(columns[0]!)).toEqual(['table', 'column', 'estimated_rows']);
    });
  });

  describe('an edit', () => {
    test('prints exactly what is promised, digits included, and does it', async () => {
      const id = await addContact(desk, document);
      const { code, stdout, stderr } = await on(['set', 'contacts', id, '/big', '12345678901234567891', ...reason, '--json'], {
        environment: { AISHA_OPERATOR: 'olga' },
      });
      expect([code, stderr]).toEqual([0, '']);
      const edit = JSON.parse(stdout) as Record<string, unknown>;
      expect(Object.keys(edit)).toEqual(['id', 'table', 'record_id', 'patch', 'inverse', 'reason', 'operator', 'at']);
      expect(edit).toMatchObject({ table: 'contacts', record_id: id, reason: 'ticket 4711', operator: 'olga' });
      expect(stdout.match(/1234567890123456789[01]/g)).toEqual([0, 1, 1, 0].map((last) => `1234567890123456789${last}`));
      expect(await stored(desk, id)).toContain('"big": 12345678901234567891,');
      const [entry] = await entries(desk, id);
      expect(entry).toMatchObject({
        id: edit['id'],
        operator: 'olga',
        edit: { console_version: expect.stringMatching(/^\d+\.\d+/) },
      });
    });

    test.for([
      ['set', ['/a~1b/~0/0', '1.0'], '{"a/b": {"~": [1.0, {"c.d": "x"}]}, "tags": ["a"]}'],
      ['set', ['/tags/-', '{"n": null}'], '{"a/b": {"~": [1, {"c.d": "x"}]}, "tags": ["a", {"n": null}]}'],
      ['set', ['/new', '42', '--string'], '{"a/b": {"~": [1, {"c.d": "x"}]}, "new": "42", "tags": ["a"]}'],
      ['set', ['/~01', '"é\\n"'], '{"~1": "é\\n", "a/b": {"~": [1, {"c.d": "x"}]}, "tags": ["a"]}'],
      ['set', ['', '{"only": 1}'], '{"only": 1}'],
      ['unset', ['/a~1b'], '{"tags": ["a"]}'],
      ['unset', ['/tags/0'], '{"a/b": {"~": [1, {"c.d": "x"}]}, "tags": []}'],
    ] as const)('%s %j', async ([verb, args, result]) => {
      const id = await addContact(desk, '{"a/b": {"~": [1, {"c.d": "x"}]}, "tags": ["a"]}');
      expect(await on([verb, 'contacts', id, ...args, ...reason])).toMatchObject({ code: 0, stderr: '' });
      expect(await stored(desk, id)).toBe(result);
    });

    test('a patch from standard input or a file', async () => {
      const id = await addContact(desk, '{"a": 1.10}');
      const input = '[{"op": "test", "path": "/a", "value": 1.10}, {"op": "add", "path": "/b", "value": [1e2]}]';
      expect(await on(['patch', 'contacts', id, '--file', '-', ...reason], { input })).toMatchObject({ code: 0 });
      expect(await stored(desk, id)).toBe('{"a": 1.10, "b": [100]}');
      const file = join(directory, `${shape}.json`);
      writeFileSync(file, '[{"op": "move", "from": "/a", "path": "/b/0"}]');
      expect(await on(['patch', 'contacts', id, '--file', file, ...reason])).toMatchObject({ code: 0 });
      expect(await stored(desk, id)).toBe('{"b": [1.10, 100]}');
    });

    test('--dry-run tells the patch and writes nothing', async () => {
      const id = await addContact(desk, '{"a": 1.10}');
      const before = await rowOf(id);
      const { code, stdout } = await on(['set', 'contacts', id, '/a', '1.1', '--dry-run', '--json']);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toEqual({
        dry_run: true,
        table: 'contacts',
        record_id: id,
        patch: [
          { op: 'test', path: '/a', value: 1.1 },
          { op: 'replace', path: '/a', value: 1.1 },
        ],
      });
      expect(stdout).toContain('1.10');
      const text = await on(['unset', 'contacts', id, '/a', '--dry-run', '--yes', '--reason', 'x']);
      expect(text).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/Would change:\n {2}removed \/a: 1\.10 -> \(nothing\)\n\n.*update "public"\."contacts"/s),
      });
      const edit = await save(desk, id, '{"a": 1.10}', '{"a": 2}');
      const editId = edit.state === 'saved' ? edit.edit.id : '';
      const saved = await rowOf(id);
      // As a notice shows it, and whole.
      for (const named of [editId.slice(0, 8), editId]) {
        const undo = await on(['undo', named, '--dry-run']);
        expect(undo).toMatchObject({ code: 0, stdout: expect.stringContaining('changed /a: 2 -> 1.10') });
      }
      expect([await rowOf(id), (await entries(desk, id)).length]).toEqual([saved, 1]);
      expect(saved).not.toEqual(before);
    });

    test('that changes nothing is done, and writes nothing', async () => {
      const id = await addContact(desk, '{"a": 1}');
      const before = await rowOf(id);
      const { code, stdout } = await on(['set', 'contacts', id, '/a', '1', ...reason, '--json']);
      expect([code, JSON.parse(stdout)]).toEqual([0, { unchanged: true }]);
      expect([await rowOf(id), await entries(desk, id)]).toEqual([before, []]);
    });

    test('undo and history name the same edit', async () => {
      const id = await addContact(desk, '{"a": 1.10}');
      await on(['set', 'contacts', id, '/a', '2', ...reason]);
      const [edit] = await entries(desk, id);
      const undone = await on(['undo', edit!.id, '--yes', '--reason', 'a mistake', '--json']);
      expect(undone).toMatchObject({ code: 0, stderr: '' });
      expect(await stored(desk, id)).toBe('{"a": 1.10}');
      const { stdout } = await on(['history', 'contacts', id, '--json']);
      const { history } = JSON.parse(stdout) as { history: Record<string, unknown>[] };
      expect(Object.keys(history[0]!)).toEqual(['id', 'at', 'action', 'actor', 'reason', 'patch', 'changes']);
      expect(
        history.filter(({ action }) => action === 'METADATA_EDIT').map(({ id: edits, reason: why }) => [edits, why]),
      ).toEqual([
        [(JSON.parse(undone.stdout) as { id: string }).id, 'a mistake'],
        [edit!.id, 'ticket 4711'],
      ]);
      expect(stdout).toContain('1.10');
      const text = await on(['history', 'contacts', id]);
      expect(text.stdout).toMatch(/METADATA_EDIT +tester +a mistake.*\n {2}changed \/a: 2 -> 1\.10\n/);
    });

    test.runIf(shape === 'production')('history reads every layout that the application writes', async () => {
      const id = await addContact(desk, '{}');
      await desk.admin.query(
        `insert into audit_log (entity_type, entity_id, action, changes)
         select 'contact', $1, 'update', layout::jsonb from unnest($2::text[]) layout`,
        [
          id,
          [
            '{"before": {"status": "new", "x": 1}, "after": {"status": "won", "x": 1}}',
            '{"phone": {"old": "1", "new": "2"}}',
            '{"email": {"from": "a@x.example", "to": "b@x.example"}}',
            '{"owner": "jane", "api_key": "abc-123"}',
          ],
        ],
      );
      const { stdout } = await on(['history', 'contacts', id]);
      const told = stdout.split('\n').filter((line) => line.startsWith('  '));
      expect(told.toSorted()).toEqual([
        '  changed /email: "a@x.example" -> "b@x.example"',
        '  changed /phone: "1" -> "2"',
        '  changed /status: "new" -> "won"',
        '  set /api_key to "••••"',
        '  set /owner to "jane"',
      ]);
      const { stdout: json } = await on(['history', 'contacts', id, '--json']);
      expect(JSON.parse(json)).toMatchObject({ history: expect.arrayContaining([expect.objectContaining({ patch: null })]) });
      expect(json).toMatch(/"path": "\/owner",\s+"change": "set"/);
    });

    test('what a trigger made of it is told on stdout for people, and beside the data with --json', async () => {
      await during(
        desk,
        `create function meddle() returns trigger language plpgsql as $$ begin
           new.metadata := jsonb_set(new.metadata, '{mail}', to_jsonb(lower(new.metadata ->> 'mail'))); return new; end $$;
         create trigger meddle before update on contacts for each row execute function meddle()`,
        'drop function meddle() cascade',
      );
      const id = await addContact(desk, '{"mail": ""}');
      const told = 'A trigger stored something else than was sent:\n  changed /mail: "X@Y.example" -> "x@y.example"';
      const set = ['set', 'contacts', id, '/mail', '"X@Y.example"', ...reason];
      const data = await on([...set, '--json']);
      expect(data).toMatchObject({ code: 0, stderr: expect.stringContaining(told) });
      expect(Object.keys(JSON.parse(data.stdout) as object)).toEqual([
        'id',
        'table',
        'record_id',
        'patch',
        'inverse',
        'reason',
        'operator',
        'at',
      ]);
      await desk.admin.query(`update contacts set metadata = '{"mail": ""}' where id = $1`, [id]);
      expect(await on(set)).toMatchObject({ code: 0, stdout: expect.stringContaining(told), stderr: '' });
    });

    test('--unaudited is said, and that it can not be undone', async () => {
      const id = await addContact(desk, '{"a": 1}');
      const { code, stdout, stderr } = await on(['set', 'contacts', id, '/a', '2', ...reason, '--unaudited']);
      expect([code, stderr]).toEqual([0, 'warning: --unaudited: this edit is not put on record\n']);
      expect(stdout).toMatch(/Saved contacts [0-9a-f-]{36}\.\nIt is on no record/);
      expect([await stored(desk, id), await entries(desk, id)]).toEqual(['{"a": 2}', []]);
    });
  });

  describe('fails', () => {
    /** Words on stderr alone, nothing written. */
    async function refused(args: readonly string[], options?: RunOptions): Promise<{ code: number | null; words: string }> {
      const { code, stdout, stderr } = await on(args, options);
      expect(stdout).toBe('');
      expect(stderr).not.toMatch(/this is a bug|\bat .*:\d+:\d+/);
      return { code, words: stderr };
    }

    test.for([
      ['1: a trigger’s error', 1, ['set', 'contacts', 'ID', '/a', '11', ...reason], /never 11/],
      ['2: a value that is no JSON', 2, ['set', 'contacts', 'ID', '/a', 'Website', ...reason], /no JSON.*\n.*own quotes/],
      [
        '2: a reason without its quotes',
        2,
        ['set', 'contacts', 'ID', '/a', '1', ...reason, 'wrong', 'ticket'],
        /^aisha-console: metadata set has no argument left for: wrong ticket\.\nA value with spaces needs quotes/,
      ],
      ['2: no such command', 2, ['put', 'contacts', 'ID', '/a', '1'], /There is no such command: put contacts/],
      [
        '2: a path and a value in one',
        2,
        ['set', 'contacts', 'ID', '/a=1'],
        /'value'\.\nUsage: aisha-console metadata set <table> <id> <path> <value>; /,
      ],
      ['2: a key twice', 2, ['set', 'contacts', 'ID', '/a', '{"x": 1, "x": 2}', ...reason], /there twice/],
      ['2: a pointer that is none', 2, ['set', 'contacts', 'ID', 'a', '1', ...reason], /does not start with "\/"/],
      ['2: an id that is none', 2, ['get', 'contacts', 'jane'], /no UUID/],
      ['2: a number that is none', 2, ['get', 'crm.counters', 'seven'], /no whole number/],
      [
        '2: an array for the whole document',
        2,
        ['set', 'contacts', 'ID', '', '[]', ...reason],
        /is an object, and would become an array/,
      ],
      ['2: the same, tried out', 2, ['set', 'contacts', 'ID', '', '[]', '--dry-run'], /is an object, and would become an array/],
      ['2: no patch', 2, ['patch', 'contacts', 'ID', ...reason], /No patch was given/],
      ['2: a patch that is not there', 2, ['patch', 'contacts', 'ID', '--file', '/no/such', ...reason], /can not be read/],
      ['4: without --yes', 4, ['set', 'contacts', 'ID', '/a', '2', '--reason', 'x'], /not confirmed.*\n.*--dry-run/],
      ['4: without a reason', 4, ['set', 'contacts', 'ID', '/a', '2', '--yes'], /needs a reason/],
      ['4: an undo without --yes', 4, ['undo', '00000000-0000-4000-8000-000000000000'], /not confirmed/],
      ['6: no such record', 6, ['get', 'contacts', '00000000-0000-4000-8000-000000000000'], /has no record/],
      ['6: no such table', 6, ['get', 'crm.nothing', '1'], /no table crm\.nothing/],
      ['6: no such column', 6, ['get', 'contacts', 'ID', '--column', 'settings'], /no jsonb column settings.*\n.*metadata/],
      ['6: no such path', 6, ['get', 'contacts', 'ID', '/no/such'], /nothing at \/no\/such/],
      ['6: no such path to remove', 6, ['unset', 'contacts', 'ID', '/no', ...reason], /nothing at \/no/],
      ['6: no such edit', 6, ['undo', '00000000-0000-4000-8000-000000000000', ...reason], /no edit/],
    ] as const)('%s', async ([, code, args, words]) => {
      const id = await addContact(desk, '{"a": 1}');
      await during(
        desk,
        `create function never() returns trigger language plpgsql as $$ begin
           if new.metadata ->> 'a' = '11' then raise exception 'never 11'; end if; return new; end $$;
         create trigger never before update on contacts for each row execute function never()`,
        'drop function never() cascade',
      );
      const before = await rowOf(id);
      const outcome = await refused(args.map((argument) => (argument === 'ID' ? id : argument)));
      expect(outcome).toEqual({ code, words: expect.stringMatching(words) });
      expect([await rowOf(id), await entries(desk, id)]).toEqual([before, []]);
    });

    test.for(['7000', '100000'])('2: %s levels', async (levels) => {
      const id = await addContact(desk, '{"a": 1}');
      const input = `[{"op": "add", "path": "/b", "value": ${'['.repeat(Number(levels))}${']'.repeat(Number(levels))}}]`;
      const outcome = await refused(['patch', 'contacts', id, '--file', '-', ...reason], { input });
      expect(outcome).toEqual({ code: 2, words: expect.stringContaining('more levels') });
    });

    test('3: no connection; but what was typed wrongly is told without one', async () => {
      const nowhere = `postgresql://u:p@127.0.0.1:${await freePort()}/crm`;
      const args = (...rest: string[]) => ['--database-url', nowhere, 'metadata', ...rest];
      expect(await run(args('get', 'contacts', '00000000-0000-4000-8000-000000000000'))).toMatchObject({ code: 3, stdout: '' });
      expect(await run(args('patch', 'contacts', 'x'))).toMatchObject({ code: 2 });
      expect(await run(args('set', 'contacts', 'x', '/a', 'Website'))).toMatchObject({ code: 2 });
    });

    test('5: a patch’s own test, and paths changed since', async () => {
      const id = await addContact(desk, '{"a": 1}');
      const input = '[{"op": "test", "path": "/a", "value": 2}, {"op": "remove", "path": "/a"}]';
      expect(await refused(['patch', 'contacts', id, '--file', '-', ...reason], { input })).toEqual({
        code: 5,
        words: expect.stringContaining('/a has another value'),
      });
      await on(['set', 'contacts', id, '/a', '2', ...reason]);
      const [edit] = await entries(desk, id);
      await desk.admin.query(`update contacts set metadata = '{"a": 3}' where id = $1`, [id]);
      expect(await refused(['undo', edit!.id, ...reason])).toMatchObject({
        code: 5,
        words: expect.stringContaining('changed since'),
      });
      expect(await stored(desk, id)).toBe('{"a": 3}');
    });

    test('5: somebody else changes the same path while the command is under way', async () => {
      const id = await addContact(desk, '{"a": 1, "b": 1}');
      const other = await connectTo(desk.home.settings);
      onTestFinished(() => other.end());
      await other.query('begin');
      await other.query(`update contacts set metadata = '{"a": 7, "b": 8}' where id = $1`, [id]);
      const { reached } = await stopAt(desk.home.settings, 'after the lock', id);
      const child = start(['--database-url', desk.home.url, 'metadata', 'set', 'contacts', id, '/a', '2', ...reason]);
      await reached();
      await other.query('commit');
      expect(await child.outcome).toMatchObject({
        code: 5,
        stdout: '',
        stderr: expect.stringMatching(/same paths.*\n {2}\/a\n/),
      });
      expect([await stored(desk, id), await entries(desk, id)]).toEqual(['{"a": 7, "b": 8}', []]);
    });
  });
});
