import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { connectTo, createDatabase, type TestDatabase } from '../../support/cluster.ts';
import { type ConsoleFrame, openFrame, openTestDatabase } from '../../support/console-frame.tsx';
import { startProxy } from '../../support/proxy.ts';
import { acme, marked, write } from './writing.ts';

let demo: TestDatabase;

beforeAll(async () => {
  demo = await createDatabase('demo');
});

const sizes = [
  [80, 24],
  [120, 40],
] as const;

/** Nothing ran over. Gives the lines between header and footer. */
function bodyOf(frame: ConsoleFrame): string[] {
  const lines = frame.lines();
  expect(lines).toHaveLength(frame.screen.rows);
  expect(frame.screen.wrappedRows()).toEqual([]);
  expect(lines.at(-1)).toMatch(/^ \S/);
  return lines.slice(frame.screen.columns >= 120 ? 3 : 4, -2);
}

describe.for(sizes)('at %i x %i', ([columns, rows]) => {
  const open = async (database: TestDatabase = demo): Promise<ConsoleFrame> => {
    const frame = openFrame(await openTestDatabase(database.settings), { columns, rows, pane: 'audit' });
    await expect(frame).toShow(/^ live · .*\d ms/);
    await expect(frame).toShow((lines) => marked(lines) !== '');
    return frame;
  };

  test('the newest entry is at the bottom and marked; what it costs, and how much of which action, stand above', async () => {
    const frame = await open();
    await expect(frame).toShow((lines) => /^ live · .* UPDATE \d+ /m.test(lines.join('\n')) && / loaded/.test(lines.join()));
    const body = bodyOf(frame);
    expect(body[0]).toMatch(/^ live · .*index on time · .*ms.* UPDATE \d+ /);
    expect(body[1]).toMatch(/^ all entries, f filters .*\d+ of \d+ loaded/);
    expect(body[2]).toMatch(/^ {3}TIME +ACTION +TABLE/);
    expect(body.at(-1)).toMatch(/^ >/);
  });

  test('names tenants, and opens an entry in full: old against new', async () => {
    const database = await createDatabase('demo');
    await write(database, {
      record: acme,
      before: { tenant_id: acme, status: 'old', n: 1 },
      after: { tenant_id: acme, status: 'new', n: 1 },
    });
    const frame = await open(database);
    await expect(frame).toShow((lines) => /Acme/.test(marked(lines)));
    frame.press('enter');
    await expect(frame).toShow(/^ {2}~ changed \/status/);
    const text = bodyOf(frame).join('\n');
    expect(text).toMatch(/before "old"\n +after {2}"new"/);
    expect(text).toContain('Acme Corporation');
    expect(text).not.toContain('changed /n');
    frame.press('d');
    await expect(frame).toShow('"n": 1');
    bodyOf(frame);
    frame.press('esc');
    await expect(frame).toShow((lines) => marked(lines) !== '');
    await expect(frame).toShow(/^ paused/);
    bodyOf(frame);
  });

  test('entries come by themselves; up pauses and counts, End goes on', async () => {
    const database = await createDatabase('demo');
    const frame = await open(database);
    await write(database, { action: 'FIRST' });
    await expect(frame).toShow((lines) => marked(lines).includes('FIRST'));
    frame.press('up');
    await expect(frame).toShow(/^ paused, nothing new/);
    const before = marked(frame.lines());
    await write(database, { action: 'SECOND' });
    await write(database, { action: 'THIRD' });
    await expect(frame).toShow(/^ paused, 2 new/);
    expect(marked(frame.lines())).toBe(before);
    bodyOf(frame);
    frame.press('end');
    await expect(frame).toShow((lines) => marked(lines).includes('THIRD'));
    await expect(frame).toShow(/^ live/);
  });

  test('loading: says so, and the keys work already', async () => {
    const proxy = await startProxy({ host: demo.settings.host, port: demo.settings.port });
    const database = await openTestDatabase({ ...demo.settings, port: proxy.port });
    proxy.freeze();
    const frame = openFrame(database, { columns, rows, pane: 'audit' });
    await expect(frame).toShow('reading the audit log ...');
    bodyOf(frame);
    frame.press('w');
    await expect(frame).toShow('1 last 5 min');
    frame.press('esc');
    await proxy.resume();
    await expect(frame).toShow((lines) => marked(lines) !== '');
    bodyOf(frame);
    await proxy.close();
  });

  test('empty: a log without entries, and a filter that nothing passes', async () => {
    const database = await createDatabase('demo');
    const client = await connectTo(database.settings);
    await client.query('delete from audit_log');
    await client.end();
    const frame = openFrame(await openTestDatabase(database.settings), { columns, rows, pane: 'audit' });
    await expect(frame).toShow('The audit log is empty. What is written appears here.');
    bodyOf(frame);
    frame.type('fxnobody at all\r');
    await expect(frame).toShow('No entry matches.');
    expect(bodyOf(frame)[1]).toContain('[text "nobody at all"]');
    await write(database, { actor: 'Nobody At All' });
    await expect(frame).toShow((lines) => marked(lines) !== '');
  });

  test('missing: a database without an audit log says what is missing and what works', async () => {
    const database = await createDatabase('demo');
    const client = await connectTo(database.settings);
    await client.query('drop table audit_log cascade');
    await client.end();
    const frame = openFrame(await openTestDatabase(database.settings), { columns, rows, pane: 'audit' });
    await expect(frame).toShow('This database has no table audit_log.');
    expect(bodyOf(frame).join(' ').replaceAll(/\s+/g, ' ')).toContain('What works: every other pane');
  });

  test('error: a statement that took too long says so in its place, and r tries again', async () => {
    const locked = await createDatabase('demo');
    const database = await openTestDatabase(locked.settings, 300);
    await database.catalog();
    const blocker = await connectTo(locked.settings);
    await blocker.query('begin; lock table audit_log in access exclusive mode');
    const frame = openFrame(database, { columns, rows, pane: 'audit' });
    await expect(frame).toShow('r tries again.');
    bodyOf(frame);
    await blocker.query('rollback');
    await blocker.end();
    frame.press('r');
    await expect(frame).toShow((lines) => marked(lines) !== '');
  });

  test('stale: the rows stay with their age while the connection is away, and what came meanwhile follows', async () => {
    const target = await createDatabase('demo');
    const proxy = await startProxy({ host: target.settings.host, port: target.settings.port });
    const database = await openTestDatabase({ ...target.settings, port: proxy.port });
    const frame = openFrame(database, { columns, rows, pane: 'audit' });
    await expect(frame).toShow(/^ live · .*\d ms/);
    await expect(frame).toShow((lines) => marked(lines) !== '');
    await proxy.refuse();
    await expect(frame).toShow(/^ STALE, connection lost (just now|\d+ s ago)/);
    expect(marked(bodyOf(frame))).not.toBe('');
    await write(target, { action: 'AWAY' });
    await proxy.resume();
    await expect(frame).toShow((lines) => marked(lines).includes('AWAY'));
    await expect(frame).toShow(/^ live/);
    await proxy.close();
  });
});

describe('a filter', () => {
  const openWith = async (database: TestDatabase): Promise<ConsoleFrame> => {
    const frame = openFrame(await openTestDatabase(database.settings), { pane: 'audit' });
    await expect(frame).toShow((lines) => marked(lines) !== '');
    return frame;
  };

  test('is chosen from what is loaded or typed, shown as chips, and taken away one by one or at once', async () => {
    const database = await createDatabase('demo');
    await write(database, { table: 'special_table', action: 'ODD' });
    await write(database, { table: 'special_table', action: 'EVEN' });
    const frame = await openWith(database);
    frame.press('f');
    await expect(frame).toShow('Filter, on the server');
    frame.type('t/special_table\r');
    await expect(frame).toShow(/\[table special_table\] +2 of 2/);
    frame.press('-');
    await expect(frame).toShow('Without entries of this');
    frame.press('a');
    await expect(frame).toShow(/\[table special_table\] \[not action EVEN\] +1 of 1/);
    expect(marked(frame.lines())).toContain('ODD');
    frame.press('backspace');
    await expect(frame).toShow(/\[table special_table\] +2 of 2/);
    frame.press('F');
    await expect(frame).toShow('all entries, f filters');
  });

  test('holds for what comes, too', async () => {
    const database = await createDatabase('demo');
    await write(database, { actor: 'me' });
    const frame = await openWith(database);
    frame.type('fu/me\r');
    await expect(frame).toShow(/\[actor me\] +1 of 1/);
    await write(database, { actor: 'you', action: 'YOURS' });
    await write(database, { actor: 'me', action: 'MINE' });
    await expect(frame).toShow((lines) => marked(lines).includes('MINE'));
    expect(frame.lines().join('\n')).not.toContain('YOURS');
  });

  test('follows the pinned tenant, and t pins that of an entry', async () => {
    const database = await createDatabase('demo');
    await write(database, { action: 'OURS' });
    const frame = await openWith(database);
    await expect(frame).toShow((lines) => marked(lines).includes('OURS'));
    frame.press('t');
    await expect(frame).toShow('[tenant Acme Corporation]');
    await expect(frame).toShow((lines) => marked(lines).includes('OURS'));
    expect(frame.lines().join('\n')).not.toContain('TENANT');
    await write(database, { action: 'OTHERS', before: null, after: { tenant_id: randomUUID() } });
    await write(database, { action: 'MORE' });
    await expect(frame).toShow((lines) => marked(lines).includes('MORE'));
    expect(frame.lines().join('\n')).not.toContain('OTHERS');
    frame.press('T');
    await expect(frame).toShow('OTHERS');
  });
});

describe('from and to other panes', () => {
  test('o shows everything on the record; m opens it in Metadata, A comes back with the same filter', async () => {
    const database = await createDatabase('demo');
    const client = await connectTo(database.settings);
    const { rows } = await client.query<{ id: string }>(
      `update contacts set status = 'inactive' where id = (select id from contacts order by id limit 1) returning id`,
    );
    await client.end();
    const id = rows[0]!.id;
    const frame = openFrame(await openTestDatabase(database.settings), { pane: 'audit' });
    await expect(frame).toShow((lines) => marked(lines).includes(id.slice(0, 8)));
    frame.press('o');
    await expect(frame).toShow(`[record ${id}]`);
    await expect(frame).toShow(/, from the first/);
    frame.press('m');
    await expect(frame).toShow(`contacts.metadata of`);
    await expect(frame).toShow(id);
    frame.press('4');
    await expect(frame).toShow(`[record ${id}]`);
    frame.press('F');
    await expect(frame).toShow('all entries, f filters');
    frame.press('5');
    await expect(frame).toShow('contacts.metadata of');
    frame.press('A');
    await expect(frame).toShow(`[table contacts] [record ${id}]`);
  });

  test('a in Tenants shows the entries of the tenant alone, whatever was filtered before', async () => {
    const frame = openFrame(await openTestDatabase(demo.settings), { pane: 'audit' });
    await expect(frame).toShow((lines) => marked(lines) !== '');
    frame.type('fxnobody\r');
    await expect(frame).toShow('No entry matches.');
    frame.press('1');
    await expect(frame).toShow(/^ > Acme Corporation/);
    frame.press('a');
    await expect(frame).toShow('[tenant Acme Corporation]');
    await expect(frame).toShow((lines) => marked(lines) !== '');
    expect(frame.lines().join('\n')).not.toContain('nobody');
  });

  test('find hands a record over', async () => {
    const frame = openFrame(await openTestDatabase(demo.settings), { pane: 'audit' });
    await expect(frame).toShow((lines) => marked(lines) !== '');
    frame.type('\u0006');
    await expect(frame).toShow('a UUID or its first characters');
    frame.type(acme);
    await expect(frame).toShow(/> .*tenant/);
    frame.press('ctrl+l');
    await expect(frame).toShow(`[record ${acme}]`);
  });
});

test('an entry that is updated while it is looked at is read again for the row that says so', async () => {
  const database = await createDatabase('demo');
  const id = randomUUID();
  await write(database, { id, action: 'FIRST', after: { status: 'new' } });
  const frame = openFrame(await openTestDatabase(database.settings), { columns: 120, rows: 40, pane: 'audit' });
  await expect(frame).toShow('after  "new"');
  const client = await connectTo(database.settings);
  await client.query(`update audit_log set action = 'SECOND', new_data = '{"status": "newer"}' where id = $1`, [id]);
  await client.end();
  await expect(frame).toShow((lines) => marked(lines).includes('SECOND'));
  await expect(frame).toShow('after  "newer"');
});

test("production's columns: names of tenants by slug and UUID, its tables as the application writes them, and no index on the time", async () => {
  const database = await createDatabase('production');
  const client = await connectTo(database.settings);
  const { rows } = await client.query<{ id: string; tenant: string }>(
    `with c as (select id, tenant_id from contacts order by id limit 1)
     insert into audit_log (tenant_id, user_email, action, entity_type, entity_id, changes, created_at)
     select c.tenant_id, 'ann@prod.example', 'update', 'Contact', c.id::text, '{"status": {"old": "a", "new": "b"}}', now() from c
     returning entity_id as id, tenant_id as tenant`,
  );
  await client.end();
  const frame = openFrame(await openTestDatabase(database.settings), { pane: 'audit' });
  await expect(frame).toShow((lines) => /update +Contact/.test(marked(lines)));
  await expect(frame).toShow(/^ live .*no index on time: reads the whole table/);
  await expect(frame).toShow(/~ changed \/status/);
  expect(marked(frame.lines())).toContain('ann@pro');
  frame.press('m');
  await expect(frame).toShow(rows[0]!.id);
  await expect(frame).toShow(/^ contacts\.metadata of/);
});

test('secrets are masked until x shows those of the marked entry', async () => {
  const database = await createDatabase('demo');
  await write(database, { before: { api_key: 'sk_live_aaaabbbbccccdddd' }, after: { api_key: 'sk_live_eeeeffffgggghhhh' } });
  const frame = openFrame(await openTestDatabase(database.settings), { pane: 'audit' });
  await expect(frame).toShow(/~ changed \/api_key/);
  expect(frame.lines().join('\n')).not.toContain('sk_live');
  frame.press('x');
  await expect(frame).toShow('sk_live_eeeeffffgggghhhh');
  frame.press('x');
  await expect(frame).toShow((lines) => !lines.join('\n').includes('sk_live'));
});

test('--ascii draws nothing but ASCII where the data is', async () => {
  const database = await createDatabase('demo');
  const client = await connectTo(database.settings);
  await client.query('delete from audit_log');
  await client.end();
  await write(database, { actor: 'Jürgen' });
  const frame = openFrame(await openTestDatabase(database.settings), { pane: 'audit', facts: { ascii: true, color: false } });
  await expect(frame).toShow((lines) => marked(lines).includes(String.raw`J\xfcrgen`));
  expect(bodyOf(frame).join('')).toMatch(/^[ -~]*$/);
});
