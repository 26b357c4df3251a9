import { beforeAll, describe, expect, test } from 'vitest';
import { accessAtStart } from '#database/access-gate.ts';
import { undoEdit } from '#features/metadata/undo.ts';
import { open } from '../database/opening.ts';
import { addContact, author, type Desk, failure, openDesk, save, stored } from '../features/metadata-saving.ts';
import { type Outcome, run } from './program.ts';

const reason = ['--yes', '--reason', 'ticket 4711'];

describe.for(['demo', 'production'] as const)('on %s', (shape) => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk(shape);
  });
  const on = (args: readonly string[]): Promise<Outcome> => run(['--database-url', desk.home.url, 'metadata', ...args]);

  describe('secrets', () => {
    const secret =
      '{"plan": "pro", "smtp": {"password": "hunter2hunter2hunter2", "port": 25}, "credentials": {"pin": 471147114711471}, "note": "x"}';
    const masked =
      '{"note": "x", "plan": "pro", "smtp": {"port": 25, "password": "•••• (21 characters)"}, "credentials": {"pin": "••••"}}\n';
    const hidden = /hunter2|471147114711471/;

    test('are masked by get, which says so, unless --reveal is given', async () => {
      const id = await addContact(desk, secret);
      for (const args of [
        ['get', 'contacts', id, '--json'],
        ['get', 'contacts', id],
      ]) {
        expect(await on(args)).toEqual({ code: 0, stdout: masked, stderr: 'secrets are masked; --reveal prints them\n' });
        expect(await on([...args, '--reveal'])).toEqual({ code: 0, stdout: `${await stored(desk, id)}\n`, stderr: '' });
      }
      expect(await on(['get', 'contacts', id, '/credentials/pin', '--json'])).toMatchObject({ stdout: '"••••"\n' });
      expect(await on(['get', 'contacts', id, '/plan', '--json'])).toEqual({ code: 0, stdout: '"pro"\n', stderr: '' });
    });

    test('are masked in what edits, history and undo print, and written as they are', async () => {
      const id = await addContact(desk, secret);
      const setting = ['set', 'contacts', id, '/smtp/password', '"hunter2-the-second-one"', '--reason', 'rotated'];
      for (const format of [[], ['--json']]) {
        const dry = await on([...setting, '--dry-run', ...format]);
        expect(dry.stdout).not.toMatch(hidden);
        expect(dry.stdout).toContain('••••');
        expect((await on([...setting, '--dry-run', '--reveal', ...format])).stdout).toContain('hunter2-the-second-one');
      }
      const set = await on([...setting, '--yes', '--json']);
      expect(set).toMatchObject({ code: 0, stderr: 'secrets are masked; --reveal prints them\n' });
      expect(set.stdout).not.toMatch(hidden);
      expect(await stored(desk, id)).toContain('hunter2-the-second-one');
      for (const format of [[], ['--json']]) {
        const { stdout } = await on(['history', 'contacts', id, ...format]);
        expect(stdout).not.toMatch(hidden);
        expect((await on(['history', 'contacts', id, '--reveal', ...format])).stdout).toContain('hunter2-the-second-one');
      }
      const { stdout } = await on(['undo', (JSON.parse(set.stdout) as { id: string }).id, ...reason]);
      expect(stdout).not.toMatch(hidden);
      expect(await stored(desk, id)).toContain('hunter2hunter2hunter2');
    });

    test('are not overwritten with their masks', async () => {
      const id = await addContact(desk, secret);
      const view = (await on(['get', 'contacts', id, '--json'])).stdout.trim();
      const outcome = await on(['set', 'contacts', id, '', view, ...reason]);
      expect(outcome).toMatchObject({ code: 2, stderr: expect.stringMatching(/stands for a secret.*\n.*--reveal/) });
      expect(await stored(desk, id)).toContain('hunter2hunter2hunter2');
    });
  });

  test('--tenant keeps to the records of that tenant', async () => {
    const id = await addContact(desk, '{"a": 1}');
    const { rows } = await desk.admin.query<{ id: string; acme: string }>(
      `select id, (select id from tenant where name = 'Acme Corporation') as acme from tenant where name <> 'Acme Corporation' limit 1`,
    );
    const { id: otherId, acme: acmeId } = rows[0]!;
    const pinned = (tenant: string, ...args: string[]): Promise<Outcome> =>
      run(['--database-url', desk.home.url, '--tenant', tenant, 'metadata', ...args]);
    expect(await pinned(acmeId, 'get', 'contacts', id)).toMatchObject({ code: 0 });
    expect(await pinned(acmeId, 'set', 'tenant', acmeId, '/x', '1', ...reason)).toMatchObject({ code: 0 });
    const edit = await save(desk, id, '{"a": 1}', '{"a": 2}');
    const editId = edit.state === 'saved' ? edit.edit.id : '';
    for (const args of [
      ['get', 'contacts', id],
      ['set', 'contacts', id, '/a', '3', ...reason],
      ['undo', editId, ...reason],
      ['history', 'contacts', id],
      ['get', 'tenant', acmeId],
    ]) {
      expect(await pinned(otherId, ...args)).toMatchObject({
        code: 6,
        stdout: '',
        stderr: expect.stringContaining('belongs to another tenant'),
      });
    }
    expect(await stored(desk, id)).toBe('{"a": 2}');
    expect(await pinned(acmeId, 'history', 'contacts', id)).toMatchObject({ code: 0, stdout: expect.stringContaining(editId) });
    await desk.admin.query('delete from contacts where id = $1', [id]);
    expect(await pinned(otherId, 'history', 'contacts', id)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(editId),
      stderr: expect.stringContaining('is not known'),
    });
  });

  test('a bulk change tells tenants by name and slug, and is taken back in the rows of --tenant alone', async () => {
    const others = await desk.admin.query<{ held: string; slug: string; name: string }>(
      `select c.tenant_id::text as held, (to_jsonb(t) ->> $1) as slug, t.name from contacts c
       join tenant t on c.tenant_id::text in (t.id::text, to_jsonb(t) ->> $1) where t.name <> 'Acme Corporation' limit 1`,
      [shape === 'demo' ? 'slug' : 'tenant_id'],
    );
    const { held, slug, name } = others.rows[0]!;
    const ids = [
      await addContact(desk, '{"tide": 1}'),
      await addContact(desk, '{"tide": 1}'),
      await addContact(desk, '{"tide": 1}'),
    ];
    await desk.admin.query('update contacts set tenant_id = $2 where id = $1', [ids[2], held]);
    // In production a tenant's rows hold its slug or its UUID.
    await desk.admin.query(
      `update contacts set tenant_id = (select id from tenant where name = 'Acme Corporation') where id = $1`,
      [ids[1]],
    );
    const change = ['bulk', 'contacts', '--has-key', 'tide', '--all-tenants', '--set', '/tide=2'];
    const preview = JSON.parse((await on([...change, '--dry-run', '--json'])).stdout) as { tenants: unknown[] };
    expect(preview.tenants).toEqual([
      { tenant_id: expect.stringMatching(/^[0-9a-f-]{36}$/), slug: 'acme-corp', name: 'Acme Corporation', rows: 2 },
      { tenant_id: expect.stringMatching(/^[0-9a-f-]{36}$/), slug, name, rows: 1 },
    ]);
    expect((await on([...change, '--dry-run'])).stdout).toMatch(
      /^TENANT +SLUG +ID +ROWS\nAcme Corporation +acme-corp +[0-9a-f-]{36} +2\n/m,
    );
    const { bulk_id: bulkId } = JSON.parse((await on([...change, ...reason, '--json'])).stdout) as { bulk_id: string };
    const undo = (tenant: string): Promise<Outcome> => on(['bulk', '--undo', bulkId, ...reason, '--json', '--tenant', tenant]);
    const undone = await undo('acme-corp');
    expect(undone.code).toBe(0);
    expect(JSON.parse(undone.stdout)).toMatchObject({ matched: 2, changed: 2 });
    const [first, second, third] = ids;
    expect([await stored(desk, first!), await stored(desk, second!), await stored(desk, third!)]).toEqual([
      '{"tide": 1}',
      '{"tide": 1}',
      '{"tide": 2}',
    ]);
    expect(await undo('acme-corp')).toMatchObject({ code: 6, stderr: expect.stringContaining('of a row of Acme Corporation') });
    expect(await undo(slug)).toMatchObject({ code: 0 });
    expect(await stored(desk, ids[2]!)).toBe('{"tide": 1}');
  });
});

describe('a read-only session', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk('demo');
  });
  const everything = async (): Promise<unknown> =>
    (
      await desk.admin.query(
        `select (select md5(string_agg(xmin::text || c::text, '' order by id)) from contacts c) as contacts,
         (select md5(string_agg(xmin::text || a::text, '' order by id)) from audit_log a) as audit`,
      )
    ).rows[0];
  /** As from afar: an address that is this machine's, but none of those that count as local. */
  const remote = (): string => {
    const url = new URL(desk.home.url);
    url.hostname = '0.0.0.0';
    url.searchParams.set('sslmode', 'disable');
    return url.href;
  };

  test.for(['--read-only', 'a remote database by default', 'production, though a tunnel makes it local'])(
    '(%s) writes by no command',
    async (why) => {
      const id = await addContact(desk, '{"a": 1}');
      const edit = await save(desk, id, '{"a": 1}', '{"a": 2}');
      const editId = edit.state === 'saved' ? edit.edit.id : '';
      const before = await everything();
      const globals =
        why === '--read-only'
          ? ['--database-url', desk.home.url, '--read-only']
          : ['--database-url', why.startsWith('production') ? desk.home.url : remote()];
      const environment = why.startsWith('production') ? { USE_SUPABASE_PROD: 'true' } : {};
      const said = why === '--read-only' ? 'This session was started with --read-only' : 'This session is read-only';
      for (const [args, input] of [
        [['set', 'contacts', id, '/a', '3']],
        [['set', 'contacts', id, '/a', '3', '--unaudited']],
        [['set', 'contacts', id, '/a', '2']],
        [['unset', 'contacts', id, '/a']],
        [['patch', 'contacts', id, '--file', '-'], '[{"op": "remove", "path": "/a"}]'],
        [['undo', editId]],
      ] as const) {
        const outcome = await run([...globals, 'metadata', ...args, ...reason], {
          environment,
          ...(input !== undefined && { input }),
        });
        expect(outcome).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining(said) });
      }
      for (const args of [
        ['get', 'contacts', id],
        ['history', 'contacts', id],
        ['set', 'contacts', id, '/a', '3', '--dry-run'],
      ]) {
        expect(await run([...globals, 'metadata', ...args])).toMatchObject({ code: 0 });
      }
      expect(await everything()).toEqual(before);
      const write = await run(['--database-url', remote(), '--write', 'metadata', 'set', 'contacts', id, '/a', '3', ...reason]);
      expect(write).toMatchObject({ code: 0 });
      expect(await stored(desk, id)).toBe('{"a": 3}');
    },
  );

  test.for(['read-only', 'default'] as const)('(%s) writes by no function, and not after it locked itself', async (wanted) => {
    const id = await addContact(desk, '{"a": 1}');
    const edit = await save(desk, id, '{"a": 1}', '{"a": 2}');
    const editId = edit.state === 'saved' ? edit.edit.id : '';
    const before = await everything();
    const database = await open(desk.home.settings, {
      access: accessAtStart(wanted, { isLocal: false, isStandby: false }, false),
    });
    const closed: Desk = { ...desk, database };
    const attempts = async (): Promise<void> => {
      for (const unaudited of [false, true]) {
        expect(await failure(save(closed, id, '{"a": 2}', '{"a": 3}', { unaudited }))).toMatchObject({
          kind: 'refused',
          code: 'read-only',
        });
        const undo = undoEdit(database, await desk.catalog(), editId, { reason: 'x', author, unaudited });
        expect(await failure(undo)).toMatchObject({ kind: 'refused', code: 'read-only' });
      }
      expect(await everything()).toEqual(before);
    };
    await attempts();
    if (wanted === 'default') {
      database.gate.unlock();
      database.gate.lock();
    }
    await attempts();
  });

  test('that the server itself keeps read-only refuses as well', async () => {
    const id = await addContact(desk, '{"a": 1}');
    await desk.admin
      .query(`create role metadata_cli_${process.pid} login password 'narrow'; grant select on all tables in schema public to metadata_cli_${process.pid};
      alter role metadata_cli_${process.pid} bypassrls`);
    const url = new URL(desk.home.url);
    url.username = `metadata_cli_${process.pid}`;
    url.password = 'narrow';
    const outcome = await run(['--database-url', url.href, 'metadata', 'set', 'contacts', id, '/a', '2', ...reason]);
    expect(outcome).toMatchObject({ code: 4, stdout: '', stderr: expect.stringMatching(/permission denied for table contacts/) });
    expect(await stored(desk, id)).toBe('{"a": 1}');
  });
});
