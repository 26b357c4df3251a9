import { beforeAll, describe, expect, test } from 'vitest';
import { auditSourceOf, whyNoSource } from '#features/audit/source.ts';
import { type AuditEntry, findEntry, readDetail, readEntries } from '#features/audit/entries.ts';
import { type AuditFilter, everyEntry, isFiltering } from '#features/audit/filter.ts';
import { countByTime, type EntryPlace, type HistoryRequest, listEntries, mayCount } from '#features/audit/history.ts';
import { open } from '../database/opening.ts';
import { connectTo, createDatabase } from '../support/cluster.ts';
import { type Log, openLog, shapes, sourceOf } from './audit-log.ts';
import { hostileTexts } from './reading.ts';

const acmeId = { demo: 'f47ac10b-58cc-4372-a567-0e02b2c3d479', production: 'a0000000-0000-4000-8000-000000000001' };
const only = (...include: string[]) => ({ include, exclude: [] });
const none = (...exclude: string[]) => ({ include: [], exclude });

describe.for(shapes)('the audit log of %s', (shape) => {
  let log: Log;
  beforeAll(async () => {
    log = await openLog(shape);
    const insert =
      shape === 'demo'
        ? `insert into audit_log (action, table_name, record_id, old_data, new_data, changed_by, changed_at)
           select 'UPDATE', 'contacts', gen_random_uuid(), jsonb_build_object('a', n, 'same', 1),
             jsonb_build_object('a', n + 1, 'same', 1, 'tenant_id', '${acmeId.demo}'), 'tie@acme.com', '2026-01-01 00:00:00.000001+00'
           from generate_series(1, 37) as n`
        : `insert into audit_log (action, entity_type, entity_id, changes, user_email, tenant_id, created_at)
           select 'update', 'Contact', gen_random_uuid()::text, jsonb_build_object('a', jsonb_build_object('old', n, 'new', n + 1)),
             'tie@acme.com', 'acme-corp', case when n % 5 > 0 then '2026-01-01 00:00:00.000001+00'::timestamptz end
           from generate_series(1, 37) as n`;
    await log.admin.query(insert);
  });

  const list = (filter: Partial<AuditFilter> = {}, request: Partial<HistoryRequest> = {}) =>
    listEntries(log.database, log.source, { ...everyEntry, ...filter }, { most: 5000, ...request });
  const found = async (filter: Partial<AuditFilter>): Promise<readonly AuditEntry[]> => (await list(filter)).entries;
  const idsInOrder = async (): Promise<string[]> => {
    const { rows } = await log.admin.query<{ id: string }>(
      `select id::text from audit_log order by ${log.source.time.name} nulls first, length(id::text), id::text`,
    );
    return rows.map(({ id }) => id);
  };
  const ids = (entries: readonly AuditEntry[]): string[] => entries.map(({ id }) => id);

  test('comes newest last, whole, entries without a time before all others', async () => {
    const { entries, reachedStart, next } = await list();
    expect(ids(entries)).toEqual(await idsInOrder());
    expect([reachedStart, next]).toEqual([true, undefined]);
  });

  test.for([1, 7, 100])(
    'pages back by %i without a loss or a repetition, through ties and entries without a time',
    async (most) => {
      const pages: string[] = [];
      let before: EntryPlace | undefined;
      // The demo's log is long: by small steps only a part of it.
      const filter = most > 10 ? {} : { actors: only('tie@acme.com') };
      do {
        const page = await list(filter, { before, most });
        expect(page.entries.length).toBeLessThanOrEqual(most);
        pages.unshift(...ids(page.entries));
        before = page.next;
      } while (before !== undefined);
      const wanted = new Set(ids((await list(filter)).entries));
      expect(pages).toEqual((await idsInOrder()).filter((id) => wanted.has(id)));
      expect(pages.length).toBeGreaterThanOrEqual(37);
    },
  );

  test('pages forward from a time to the end', async () => {
    const filter = { actors: only('tie@acme.com') };
    const all = (await list(filter)).entries.filter(({ at }) => at !== null);
    const pages: string[] = [];
    let page = await list(filter, { startingAt: '2026-01-01 00:00:00.000001+00', most: 9 });
    pages.push(...ids(page.entries));
    while (page.next !== undefined) {
      page = await list(filter, { after: page.next, most: 9 });
      pages.push(...ids(page.entries));
    }
    expect(pages).toEqual(ids(all));
  });

  test('filters by table as the application wrote it, by action and by actor, and leaves out', async () => {
    const contacts = await found({ tables: only('Contacts') });
    expect(new Set(contacts.map(({ table }) => table?.toLowerCase().replace(/s$/, '')))).toEqual(new Set(['contact']));
    const all = (await list()).entries;
    expect(contacts.length + (await found({ tables: none('public.contact') })).length).toBe(all.length);
    const updates = await found({ actions: only('UPDATE') });
    expect(updates.length).toBe(all.filter(({ action }) => action?.toUpperCase() === 'UPDATE').length);
    expect((await found({ actors: only('TIE@acme.com'), actions: only('update', 'x') })).length).toBe(37);
    const others = await found({ actors: none('tie@acme.com') });
    expect(others.length).toBe(all.length - 37);
    expect(others.length).toBeGreaterThan(0);
  });

  test('filters by record, also one that is no UUID', async () => {
    const [one, two] = (await found({ actors: only('tie@acme.com') })).slice(-2);
    const records = [one!.recordId!.toUpperCase(), two!.recordId!];
    expect(ids(await found({ records: only(...records) }))).toEqual([one!.id, two!.id]);
    expect((await found({ records: none(...records), actors: only('tie@acme.com') })).length).toBe(35);
    expect((await found({ records: only('not-a-uuid') })).length).toBe(shape === 'production' ? 1 : 0);
  });

  test('filters by tenant, wherever the entry says whose it is', async () => {
    const tenant = { id: acmeId[shape], name: 'Acme', slug: 'acme-corp' };
    const entries = await found({ tenant });
    expect(entries.length).toBeGreaterThanOrEqual(37);
    expect(new Set(entries.map(({ tenantId }) => tenantId === 'acme-corp' || tenantId === acmeId[shape]))).toEqual(
      new Set([true]),
    );
  });

  test('filters by a stretch of time: from is in it, until is not', async () => {
    const at = '2026-01-01 00:00:00.000001+00';
    const timed = shape === 'demo' ? 37 : 30;
    expect((await found({ actors: only('tie@acme.com'), from: at })).length).toBe(timed);
    expect((await found({ actors: only('tie@acme.com'), until: at })).length).toBe(0);
    expect((await found({ actors: only('tie@acme.com'), from: at, until: '2026-01-01 00:00:00.000002+00' })).length).toBe(timed);
  });

  test('filters by text: all parts, in either case, and none of the others', async () => {
    expect((await found({ text: only('TIE@', '"a":') })).length).toBe(37);
    expect((await found({ text: only('tie@', 'nothing like it') })).length).toBe(0);
    expect((await found({ text: { include: ['tie@'], exclude: ['"a":'] } })).length).toBe(0);
  });

  test.for(hostileTexts)('takes %s as text in every filter', async ([, text]) => {
    const choice = only(text);
    const filter = { tables: choice, actions: choice, actors: choice, records: choice, text: choice };
    expect(await found(filter)).toEqual([]);
    expect(await found({ ...filter, tables: none(text), records: none(text) })).toEqual([]);
  });

  test('says what was changed without the documents', async () => {
    const [entry] = (await found({ actors: only('tie@acme.com') })).slice(-1);
    const keys = shape === 'demo' ? ['a', 'tenant_id'] : ['a'];
    expect(entry).toMatchObject({ changedKeys: keys, moreChangedKeys: 0, actor: 'tie@acme.com', tenantId: expect.any(String) });
    expect(BigInt(entry!.fullXid)).toBeGreaterThan(0n);
  });

  test('reads one entry with its documents, exact', async () => {
    const digits = '{"n": 12345678901234567890.10}';
    const { rows } = await log.admin.query<{ id: string }>(
      shape === 'demo'
        ? `insert into audit_log (action, table_name, old_data, new_data) values ('UPDATE', 'x', $1, null) returning id`
        : `insert into audit_log (action, entity_type, changes, ip_address, created_at) values ('update', 'x', $1, '::1', null) returning id`,
      [digits],
    );
    const id = rows[0]!.id;
    const detail = await readDetail(log.database, log.source, `{${id.toUpperCase()}}`);
    expect(detail).toMatchObject(
      shape === 'demo' ? { id, before: digits, after: null } : { id, changes: digits, at: null, more: { ipAddress: '::1' } },
    );
    expect(detail!.changedKeys).toEqual(['n']);
    expect(await findEntry(log.database, log.source, id)).toMatchObject({ id, changedKeys: ['n'] });
    expect(await findEntry(log.database, log.source, 'no id')).toBeUndefined();
    expect(await readDetail(log.database, log.source, acmeId[shape])).toBeUndefined();
    await log.admin.query('delete from audit_log where id = $1', [id]);
  });

  test('reads the entries of given ids that pass the filter', async () => {
    const all = ids((await list()).entries.slice(-3));
    const gone = acmeId[shape];
    expect(ids(await readEntries(log.database, log.source, [...all, gone]))).toEqual(all.toReversed());
    const filter = { ...everyEntry, actors: only('nobody') };
    expect([isFiltering(filter), await readEntries(log.database, log.source, all, filter)]).toEqual([true, []]);
    expect(isFiltering(everyEntry)).toBe(false);
  });

  test('counts by bin and action what the list shows', async () => {
    const stretch = { from: '2025-12-31 00:00+00', until: '2026-01-02 00:00+00', bins: 4 };
    const counts = await countByTime(log.database, log.source, { ...everyEntry, actors: only('tie@acme.com') }, stretch);
    expect(counts).toEqual([{ bin: 2, action: shape === 'demo' ? 'UPDATE' : 'update', entries: shape === 'demo' ? 37 : 30 }]);
  });
});

test('keys of a metadata edit are the paths it changed; of a long row the first eight, with a count', async () => {
  const log = await openLog('demo');
  await log.admin.query(`
    insert into audit_log (action, table_name, new_data, changed_at) values
    ('METADATA_EDIT', 'contacts', '{"metadata": {}, "edit": {"column": "metadata", "patch":
      [{"op": "test", "path": "/a/b", "value": 1}, {"op": "replace", "path": "/a/b", "value": 2}]}}', '2100-01-01'),
    ('INSERT', 'contacts', (select jsonb_object_agg('k' || n, n) from generate_series(10, 29) as n), '2100-01-02')`);
  const { entries } = await listEntries(log.database, log.source, everyEntry, { most: 2 });
  expect(entries.map(({ changedKeys, moreChangedKeys }) => [changedKeys, moreChangedKeys])).toEqual([
    [['metadata/a/b'], 0],
    [['k10', 'k11', 'k12', 'k13', 'k14', 'k15', 'k16', 'k17'], 12],
  ]);
});

test('the log is known by what the catalog says of it', async () => {
  const manual = await openLog('demo');
  expect(manual.source).toMatchObject({ mode: 'floor', timeIndex: 'idx_audit_log_changed_at', transactionIndex: undefined });
  const production = await openLog('production');
  expect(production.source).toMatchObject({ mode: 'scan', timeIndex: undefined });
  await production.admin.query('create index on audit_log (created_at) where created_at is not null');
  expect(await sourceOf(production.database)).toMatchObject({ mode: 'scan' });
  expect([mayCount(manual.source), mayCount(production.source)]).toEqual([true, true]);
  await production.admin.query(
    'alter table audit_log add txid xid8 not null default pg_current_xact_id(); create index by_txid on audit_log (txid, id)',
  );
  expect(await sourceOf(production.database)).toMatchObject({ mode: 'txid', transactionIndex: 'by_txid' });
  const empty = await open((await createDatabase('empty')).settings);
  expect(auditSourceOf(await empty.catalog())).toBeUndefined();
  expect(whyNoSource(await empty.catalog())?.whatHappened).toContain('no table audit_log');
});

test('what keeps it from being read is told with what helps: a view is no table, a right is granted, a column added', async () => {
  const home = await createDatabase('empty');
  const admin = await connectTo(home.settings);
  const after = async (change: string): Promise<string> => {
    await admin.query(change);
    const why = whyNoSource(await (await open(home.settings)).catalog());
    return `${why?.whatHappened} ${why?.whatToDo}`;
  };
  expect(await after('create table entries (id uuid, changed_at timestamptz); create view audit_log as table entries')).toMatch(
    /no table audit_log\..*A view of that name can not be followed/,
  );
  expect(await after('drop view audit_log; create table audit_log (changed_at timestamptz)')).toMatch(
    /no column id\..*adds such a column/,
  );
  expect(await after('alter table audit_log add id uuid, drop changed_at')).toMatch(/has no time: .*adds such a column/);
  expect(await after('alter table audit_log add changed_at timestamptz')).toBe('undefined undefined');
});

test.for([
  ['uuid', 'varchar(40)', '7d3d0b2e-0000-4000-8000-000000000001', 'text'],
  ['integer', 'bigint', '7', 'name'],
  ['text', 'smallint', '7', 'varchar(20)'],
  ['name', 'text', 'rec-7', 'text'],
] as const)('a log whose actor is %s and record %s is read and filtered as any other', async ([actor, record, value, table]) => {
  const home = await createDatabase('empty');
  const admin = await connectTo(home.settings);
  await admin.query(`
    create type deed as enum ('INSERT', 'UPDATE');
    create table audit_log (
      id bigserial primary key, table_name ${table}, record_id ${record}, action deed, old_data json, new_data jsonb,
      changed_by ${actor}, changed_at timestamp not null default now());
    insert into audit_log (table_name, record_id, action, changed_by, new_data)
    values ('contacts', '${value}', 'UPDATE', ${actor === 'integer' ? '7' : "'7d3d0b2e-0000-4000-8000-000000000002'"}, '{"a": 1}'),
      ('contacts', null, 'INSERT', null, null)`);
  const database = await open(home.settings);
  const source = await sourceOf(database);
  const listed = async (filter: Partial<AuditFilter>): Promise<readonly (string | null)[]> =>
    (await listEntries(database, source, { ...everyEntry, ...filter }, { most: 9 })).entries.map(({ recordId }) => recordId);
  expect(new Set(await listed({}))).toEqual(new Set([value, null]));
  expect(await listed({ records: only(value, '99999999999999999', 'no such one') })).toEqual([value]);
  expect(await listed({ records: none(value) })).toEqual([null]);
  expect(await listed({ actions: only('update'), tables: only('Contact'), actors: none('nobody') })).toEqual([value]);
  const stretch = { from: '2000-01-01', until: '2100-01-01', bins: 1 };
  expect(await countByTime(database, source, { ...everyEntry, records: only(value) }, stretch)).toMatchObject([{ entries: 1 }]);
});
