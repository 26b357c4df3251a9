import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { until } from '../database/opening.ts';
import { connectTo, createDatabase, type TestDatabase } from '../support/cluster.ts';
import { type Outcome, run, type Running, start } from './program.ts';

const directory = mkdtempSync(join(tmpdir(), 'aisha-console-tail-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
let files = 0;
const newCursor = (): string => join(directory, `cursor-${++files}`);

/** As cursors were before transactions cut apart were told from each other. */
const firstLayout = JSON.stringify({
  version: 1,
  mode: 'floor',
  identity: { systemIdentifier: null, databaseOid: '1', tableOid: '1', fileNode: '1' },
  hi: '9',
  lo: '5',
  snapshot: null,
  shown: [],
  partial: null,
  floor: null,
  reconciledLo: '5',
  last: null,
});

let running: Running[] = [];
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running = [];
});

describe.for(['demo', 'production'] as const)('audit tail on %s', (shape) => {
  let home: TestDatabase;
  let admin: Client;
  beforeAll(async () => {
    home = await createDatabase(shape);
    admin = await connectTo(home.settings);
  });
  afterAll(() => admin.end());

  const tail = (...args: string[]): Promise<Outcome> => run(['--database-url', home.url, 'audit', 'tail', ...args]);
  const follow = (...args: string[]): Running => {
    const child = start(['--database-url', home.url, 'audit', 'tail', '--follow', ...args]);
    running.push(child);
    return child;
  };
  async function addEntries(count: number, { actor = 'jane', document = '{}' } = {}): Promise<string[]> {
    const { rows } = await admin.query<{ id: string }>(
      shape === 'demo'
        ? `insert into audit_log (action, table_name, new_data, changed_by) select 'INSERT', 'contacts', $1, $2 from generate_series(1, $3) returning id`
        : `insert into audit_log (action, entity_type, changes, user_email) select 'create', 'Contact', $1, $2 from generate_series(1, $3) returning id`,
      [document, actor, count],
    );
    return rows.map(({ id }) => id);
  }
  const idsOf = (stdout: string): string[] =>
    stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => (JSON.parse(line) as { id: string }).id);
  const seen = (child: Running, ids: readonly string[]): Promise<boolean> =>
    until(async () => ids.every((id) => child.written().stdout.includes(id)));

  test('prints the newest entries, oldest first, one JSON document a line with exactly the promised keys', async () => {
    const time = shape === 'demo' ? 'changed_at' : 'created_at';
    const { rows } = await admin.query<{ id: string }>(
      `select id::text as id from audit_log where ${time} is not null order by ${time} desc, length(id::text) desc, id::text desc limit 3`,
    );
    const { code, stdout, stderr } = await tail('--lines', '3', '--json', '--reveal');
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'older entries are left out: --lines N or --since TIME shows more\n' });
    expect(idsOf(stdout)).toEqual(rows.map(({ id }) => id).toReversed());
    const keys = ['id', 'at', 'action', 'table', 'record_id', 'tenant_id', 'actor', 'before', 'after', 'changes'];
    for (const line of stdout.trimEnd().split('\n')) expect(Object.keys(JSON.parse(line) as object)).toEqual(keys);
  });

  test('times are written as ISO 8601 has them, whatever the database is set to', async () => {
    await admin.query(
      `alter database "${home.name}" set datestyle = 'SQL, DMY'; alter database "${home.name}" set timezone = 'America/New_York'`,
    );
    onTestFinished(async () => {
      await admin.query(`alter database "${home.name}" reset all`);
    });
    await addEntries(1, { actor: 'clock' });
    const printed = await tail('--json', '--lines', '1', '--actor', 'clock');
    const { at } = JSON.parse(printed.stdout) as { at: string };
    expect(at).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?[+-]\d\d$/);
    expect(Math.abs(Date.parse(`${at.replace(' ', 'T')}:00`) - Date.now())).toBeLessThan(60_000);
    expect((await tail('--lines', '1', '--actor', 'clock')).stdout).toContain(
      new Date(at).toISOString().slice(0, 13).replace('T', ' '),
    );
  });

  test('entries without an id, where the log allows them, are left out, and that is said', async () => {
    await admin.query('alter table audit_log drop constraint audit_log_pkey; alter table audit_log alter id drop not null');
    onTestFinished(async () => {
      await admin.query('delete from audit_log where id is null; alter table audit_log add primary key (id)');
    });
    await admin.query(
      `insert into audit_log (id, action, ${shape === 'demo' ? 'table_name' : 'entity_type'}) values (null, 'X', 'contacts')`,
    );
    const [id] = await addEntries(1, { actor: 'named' });
    const cursor = join(directory, `unnamed-${shape}`);
    const { code, stdout, stderr } = await tail('--json', '--lines', '1', '--cursor', cursor);
    expect({ code, ids: idsOf(stdout) }).toEqual({ code: 0, ids: [id] });
    expect(stderr).toContain('entries without an id are left out');
    const [later] = await addEntries(1, { actor: 'named' });
    expect(idsOf((await tail('--json', '--cursor', cursor)).stdout)).toEqual([later]);
  });

  test('documents keep every digit, and secrets are masked unless they are asked for', async () => {
    await addEntries(1, { actor: 'exact', document: '{"n": 12345678901234567890, "rate": 1.10, "password": "hunter2"}' });
    const masked = await tail('--actor', 'exact', '--json');
    expect(masked.stdout).toContain('"n": 12345678901234567890, "rate": 1.10, "password": "••••"');
    expect(masked.stderr).toBe('secrets are masked; --reveal prints them\n');
    expect((await tail('--actor', 'exact', '--json', '--reveal')).stdout).toContain('"password": "hunter2"');
  });

  test('as text it is an aligned line an entry, hostile names made harmless', async () => {
    await addEntries(2, { actor: 'evil\u001b[2J\nname' });
    const { code, stdout } = await tail('--actor', 'evil\u001b[2J\nname');
    const lines = stdout.trimEnd().split('\n');
    expect({ code, lines: lines.length }).toEqual({ code: 0, lines: 3 });
    expect(lines[0]).toMatch(/^AT \(UTC\) +ACTION +TABLE +RECORD +TENANT +ACTOR +CHANGED$/);
    expect(lines[1]).toContain(String.raw`evil\x1b[2J\nname`);
    expect(lines[1]!.indexOf('evil')).toBe(lines[0]!.indexOf('ACTOR'));
    expect(stdout).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
  });

  test('filters combine, to take in and to leave out', async () => {
    const [mine] = await addEntries(1, { actor: 'combine', document: '{"x": "needle"}' });
    await addEntries(1, { actor: 'combine', document: '{"x": "hay"}' });
    expect(idsOf((await tail('--actor', 'combine', '--text', 'needle', '--table', 'contacts', '--json')).stdout)).toEqual([mine]);
    expect(idsOf((await tail('--actor', 'combine', '--exclude-text', 'hay', '--json')).stdout)).toEqual([mine]);
    expect(idsOf((await tail('--actor', 'combine', '--exclude-table', 'contact', '--json')).stdout)).toEqual([]);
  });

  test.for(['--actor', '--text', '--exclude-text'])(
    'an empty %s, as of a variable that was not set, is refused',
    async (option) => {
      expect(await tail(option, '')).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringContaining(`${option} holds "".`),
      });
    },
  );

  test('--since gives all from then on, page after page; --lines the newest of them', async () => {
    const column = shape === 'demo' ? 'changed_at' : 'created_at';
    const ids = await addEntries(2300, { actor: 'since' });
    await admin.query(`update audit_log set ${column} = '2001-02-03T04:05:06Z' where id = $1`, [ids[0]]);
    const all = await tail('--actor', 'since', '--since', '2h', '--json');
    expect(all).toMatchObject({ code: 0, stderr: '' });
    expect(new Set(idsOf(all.stdout))).toEqual(new Set(ids.slice(1)));
    expect(idsOf(all.stdout)).toHaveLength(2299);
    expect(idsOf((await tail('--actor', 'since', '--since', '2h', '--lines', '7', '--json')).stdout)).toHaveLength(7);
    const old = await tail('--actor', 'since', '--since', '2001-02-03 04:05', '--until', '2001-02-03T04:06Z', '--json');
    expect(idsOf(old.stdout)).toEqual([ids[0]]);
    expect(old.stderr).toBe('--since names no time zone: taken as UTC, 2001-02-03T04:05:00.000Z\n');
  });

  test('a table that is not there is told of, since nothing printed looks like nothing that happened', async () => {
    const warning = 'warning: this database has no table "contcts"\n';
    expect(await tail('--json', '--table', 'contcts')).toEqual({ code: 0, stdout: '', stderr: warning });
    const { code, stderr } = await tail('--json', '--table', 'Contact', '--exclude-table', 'contcts', '--lines', '1');
    expect(code).toBe(0);
    expect(stderr).toContain(warning);
    expect(stderr).not.toContain('"Contact"');
  });

  test('--follow goes on with what comes, once each; Ctrl-C ends it with 130 and without a word', async () => {
    const before = await addEntries(2, { actor: 'live' });
    const child = follow('--actor', 'live', '--json');
    await seen(child, before);
    const after = await addEntries(1200, { actor: 'live' });
    await addEntries(1, { actor: 'somebody else' });
    await seen(child, after);
    child.kill('SIGINT');
    const { code, stdout, stderr } = await child.outcome;
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
    expect(idsOf(stdout).toSorted()).toEqual([...before, ...after].toSorted());
  });

  test('--follow ends with 143 on SIGTERM, and its connection with it', async () => {
    const child = follow('--lines', '0');
    await until(async () => child.written().stdout.includes('CHANGED'));
    child.kill('SIGTERM');
    expect(await child.outcome).toMatchObject({ code: 143, stderr: '' });
    await until(async () => {
      const { rows } = await admin.query(
        `select from pg_stat_activity where datname = current_database() and application_name = 'aisha-console'`,
      );
      return rows.length === 0;
    });
  });

  test('a reader that goes away (| head) ends it without an error, and what it did not take comes again', async () => {
    const cursor = newCursor();
    const child = follow('--json', '--lines', '0', '--cursor', cursor, '--actor', 'pipe');
    await until(async () => existsSync(cursor));
    const first = await addEntries(1, { actor: 'pipe' });
    await seen(child, first);
    await until(async () => readFileSync(cursor, 'utf8').includes(first[0]!));
    child.closeOutput();
    const second = await addEntries(3, { actor: 'pipe' });
    expect(await child.outcome).toMatchObject({ code: 0, stderr: '' });
    expect(existsSync(`${cursor}.lock`)).toBe(false);
    expect(idsOf((await tail('--json', '--cursor', cursor, '--actor', 'pipe')).stdout).toSorted()).toEqual(second.toSorted());
  });

  describe('--cursor', () => {
    test('each run prints what is new since the last, and nothing twice', async () => {
      const cursor = newCursor();
      const one = await addEntries(3, { actor: 'cron' });
      expect(idsOf((await tail('--json', '--cursor', cursor, '--actor', 'cron')).stdout).toSorted()).toEqual(one.toSorted());
      expect(statSync(cursor).mode & 0o777).toBe(0o600);
      expect(idsOf((await tail('--json', '--cursor', cursor, '--actor', 'cron')).stdout)).toEqual([]);
      const late = await connectTo(home.settings);
      await late.query('begin');
      const column = shape === 'demo' ? 'changed_at, changed_by, table_name' : 'created_at, user_email, entity_type';
      const { rows } = await late.query<{ id: string }>(
        `insert into audit_log (action, ${column}) values ('X', now() - interval '3 days', 'cron', 'contacts') returning id`,
      );
      const two = await addEntries(2500, { actor: 'cron' });
      const next = await tail('--json', '--cursor', cursor, '--actor', 'cron');
      expect(next).toMatchObject({ code: 0, stderr: '' });
      expect(idsOf(next.stdout).toSorted()).toEqual(two.toSorted());
      await late.query('commit');
      await late.end();
      expect(idsOf((await tail('--json', '--cursor', cursor, '--actor', 'cron')).stdout)).toEqual([rows[0]!.id]);
      expect(readdirSync(directory).filter((name) => name.startsWith(cursor.slice(directory.length + 1)))).toHaveLength(1);
    });

    test('what was there before the first run is not new, whatever time it has and whoever writes meanwhile', async () => {
      const other = await connectTo(home.settings);
      await other.query('begin; select pg_current_xact_id()');
      const time = shape === 'demo' ? 'changed_at' : 'created_at';
      const imported = await addEntries(2, { actor: 'import' });
      await admin.query(`update audit_log set ${time} = now() - interval '3 days' where id::text = any($1)`, [imported]);
      const cursor = newCursor();
      expect(idsOf((await tail('--json', '--lines', '0', '--cursor', cursor, '--actor', 'import')).stdout)).toEqual([]);
      expect(idsOf((await tail('--json', '--cursor', cursor, '--actor', 'import')).stdout)).toEqual([]);
      await other.query('commit');
      await other.end();
    });

    test('an empty file is a beginning, as mktemp makes it', async () => {
      const cursor = newCursor();
      writeFileSync(cursor, '');
      expect(await tail('--json', '--lines', '1', '--cursor', cursor)).toMatchObject({ code: 0 });
      expect(readFileSync(cursor, 'utf8')).toMatch(/^\{"version":/);
    });

    test.for([
      ['{"no": "cursor"}', 2, 'holds no cursor of aisha-console'],
      ['half a cur', 2, 'holds no cursor of aisha-console'],
      ['{"version": 99}', 2, 'written by a newer aisha-console'],
      [firstLayout, 2, 'written by an older aisha-console'],
    ] as const)('%s is refused, and left as it is', async ([text, code, words]) => {
      const cursor = newCursor();
      writeFileSync(cursor, text);
      expect(await tail('--json', '--cursor', cursor)).toMatchObject({
        code,
        stdout: '',
        stderr: expect.stringContaining(words),
      });
      expect(readFileSync(cursor, 'utf8')).toBe(text);
      expect(existsSync(`${cursor}.lock`)).toBe(false);
    });

    test('what is no file, such as a pipe or a device, is refused: it would be replaced, or waited for', async () => {
      const cursor = newCursor();
      execFileSync('mkfifo', [cursor]);
      expect(await tail('--json', '--cursor', cursor)).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringContaining('something of this name that is no file'),
      });
      expect(statSync(cursor).isFIFO()).toBe(true);
      expect(existsSync(`${cursor}.lock`)).toBe(false);
    });

    test('that of another database is refused: 5, and left as it is', async () => {
      const cursor = newCursor();
      await tail('--json', '--lines', '0', '--cursor', cursor);
      const text = readFileSync(cursor, 'utf8');
      const other = await createDatabase(shape);
      const { code, stdout, stderr } = await run(['--database-url', other.url, 'audit', 'tail', '--json', '--cursor', cursor]);
      expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
      expect(stderr).toMatch(/another database.*left as it was/);
      expect(readFileSync(cursor, 'utf8')).toBe(text);
    });

    test('a table that was emptied is a gap, said on stderr; then it goes on', async () => {
      const cursor = newCursor();
      await addEntries(2, { actor: 'gap' });
      await tail('--json', '--cursor', cursor, '--actor', 'gap');
      await admin.query('create table kept as select * from audit_log; truncate audit_log');
      const [fresh] = await addEntries(1, { actor: 'gap' });
      const { code, stdout, stderr } = await tail('--json', '--cursor', cursor, '--actor', 'gap');
      expect({ code, ids: idsOf(stdout) }).toEqual({ code: 0, ids: [fresh] });
      expect(stderr).toMatch(/^gap: .*emptied.* Entries between .* and .* may be missing/);
      await admin.query('insert into audit_log select * from kept; drop table kept');
    });

    test('is one tail’s at a time: 5, and says whose', async () => {
      const cursor = newCursor();
      const child = follow('--json', '--lines', '0', '--cursor', cursor);
      await until(async () => existsSync(cursor));
      expect(await tail('--json', '--cursor', cursor)).toMatchObject({
        code: 5,
        stdout: '',
        stderr: expect.stringContaining(`process ${child.pid}`),
      });
      child.kill('SIGKILL');
      await child.outcome;
      // What else it says depends on which entries come again: a transaction of another test may hold the horizon back.
      const next = await tail('--json', '--cursor', cursor);
      expect(next).toMatchObject({ code: 0 });
      expect(next.stderr).not.toContain('Another tail');
    });

    test.for(['folder', 'link that leads nowhere'] as const)(
      'that is no file but a %s is refused, and left as it is',
      async (kind) => {
        const cursor = newCursor();
        if (kind === 'folder') mkdirSync(cursor);
        else symlinkSync('nowhere', cursor);
        const before = lstatSync(cursor);
        const { code, stdout, stderr } = await tail('--json', '--lines', '1', '--cursor', cursor);
        expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
        expect(stderr).toContain('something of this name that is no file');
        expect([lstatSync(cursor).mode, lstatSync(cursor).ino, existsSync(`${cursor}.lock`)]).toEqual([
          before.mode,
          before.ino,
          false,
        ]);
      },
    );

    test('a link to one is followed, and what a killed tail left beside it is cleared away', async () => {
      const cursor = newCursor();
      writeFileSync(cursor, '');
      symlinkSync(cursor, `${cursor}-link`);
      const leftover = `${cursor}.553c4127-40cd-46e1-b0f3-2d15b20448d9.new`;
      for (const file of [leftover, `${cursor}.new`]) writeFileSync(file, 'half a cur');
      expect(await tail('--json', '--lines', '1', '--cursor', `${cursor}-link`)).toMatchObject({ code: 0 });
      expect(readFileSync(cursor, 'utf8')).toMatch(/^\{"version":/);
      expect(lstatSync(`${cursor}-link`).isSymbolicLink()).toBe(true);
      expect([existsSync(leftover), existsSync(`${cursor}.new`)]).toEqual([false, true]);
    });

    test('in a folder that is not there, or with --until: 2', async () => {
      expect(await tail('--cursor', '/no/such/folder/cursor')).toMatchObject({ code: 2, stdout: '' });
      expect(await tail('--cursor', '', '--json')).toMatchObject({ code: 2, stdout: '' });
      expect(await tail('--cursor', newCursor(), '--until', '1h')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('--until'),
      });
      expect(await tail('--follow', '--until', '1h')).toMatchObject({ code: 2 });
    });
  });
});
