import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parseJson } from '#core/json/parse.ts';
import { applyPatch } from '#core/json/patch.ts';
import { writeJson } from '#core/json/write.ts';
import { writePatch } from '#core/json/patch-text.ts';
import { type CatalogName, statementText } from '#database/query.ts';
import { listHistory } from '#features/metadata/history.ts';
import { listHistoryQuery } from '#features/metadata/queries.ts';
import { undoEdit } from '#features/metadata/undo.ts';
import { open } from '../database/opening.ts';
import { pgBouncerPath } from '../support/pgbouncer.ts';
import {
  acme,
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
  writing,
} from './metadata-saving.ts';

describe.for(ways)('an edit on record on %s', (way) => {
  describe.skipIf(way.endsWith('PgBouncer') && !pgBouncerPath())('(PgBouncer where named)', () => {
    let desk: Desk;
    beforeAll(async () => {
      desk = await openDesk(way);
    });
    const now = async (): Promise<string> =>
      (await desk.admin.query<{ now: string }>('select clock_timestamp()::text as now')).rows[0]!.now;

    test('says what, whose, who, from where, with what and why', async () => {
      const id = await addContact(desk, '{"a": {"b": 1.10, "c": [1]}, "gone": "x", "stays": 1}');
      const since = await now();
      const outcome = await save(
        desk,
        id,
        '{"a": {"b": 1.10, "c": [1]}, "gone": "x", "stays": 1}',
        '{"a": {"b": 1.1, "c": [1, 2]}, "stays": 1, "new": null}',
        { reason: 'ticket 4711: wrong "rank"' },
      );
      if (outcome.state !== 'saved') throw new Error(outcome.state);
      const all = await entries(desk, id);
      expect(all).toEqual([
        {
          id: outcome.edit.id,
          action: 'METADATA_EDIT',
          table: 'contacts',
          record: id,
          tenant: acme[desk.shape],
          operator: 'olga',
          at: outcome.edit.at,
          before: { metadata: { '/a/b': 1.1, '/a/c': [1], '/gone': 'x' } },
          after: { metadata: { '/a/b': 1.1, '/a/c': [1, 2], '/new': null } },
          edit: {
            id: outcome.edit.id,
            table: 'contacts',
            column: 'metadata',
            record_id: id,
            patch: JSON.parse(writePatch(outcome.edit.patch)) as unknown,
            inverse: JSON.parse(writePatch(outcome.edit.inverse)) as unknown,
            reason: 'ticket 4711: wrong "rank"',
            operator: 'olga',
            host: 'desk.example',
            ssh_client: '203.0.113.9',
            console_version: '9.9.9',
          },
        },
      ]);
      expect(outcome.edit).toMatchObject({ isOnRecord: true, table: 'contacts', record_id: id, operator: 'olga' });
      expect(Date.parse(all[0]!.at)).toBeGreaterThanOrEqual(Date.parse(since) - 1);
      const { rows } = await desk.admin.query<{ text: string }>(
        `select (to_jsonb(a) -> $2 -> 'edit' -> 'patch')::text as text from audit_log a where id = $1`,
        [outcome.edit.id, desk.shape === 'demo' ? 'new_data' : 'changes'],
      );
      expect(rows[0]!.text).toContain('{"op": "test", "path": "/a/b", "value": 1.10}');
      expect(rows[0]!.text).toContain('{"op": "replace", "path": "/a/b", "value": 1.1}');
    });

    test('is in the transaction of the change: what fails after it takes both back', async () => {
      const id = await addContact(desk, '{"a": 1}');
      await during(
        desk,
        `create function spoil() returns trigger language plpgsql as $$ begin
           if new.action = 'METADATA_EDIT' then raise exception 'the log is full'; end if; return new; end $$;
         create trigger spoil before insert on audit_log for each row execute function spoil()`,
        'drop function spoil() cascade',
      );
      expect(await failure(save(desk, id, '{"a": 1}', '{"a": 2}'))).toMatchObject({
        code: 'trigger-error',
        detail: expect.stringContaining('the log is full'),
      });
      expect([await stored(desk, id), await entries(desk, id)]).toEqual(['{"a": 1}', []]);
    });

    test('that the log silently drops is refused', async () => {
      const id = await addContact(desk, '{"a": 1}');
      await during(
        desk,
        `create function spoil() returns trigger language plpgsql as $$ begin
           if new.action = 'METADATA_EDIT' then return null; end if; return new; end $$;
         create trigger spoil before insert on audit_log for each row execute function spoil()`,
        'drop function spoil() cascade',
      );
      expect(await failure(save(desk, id, '{"a": 1}', '{"a": 2}'))).toMatchObject({ kind: 'refused', code: 'audit-suppressed' });
      expect(await stored(desk, id)).toBe('{"a": 1}');
    });

    test.for([
      ['no audit log', 'alter table audit_log rename to audit_log_away', 'alter table audit_log_away rename to audit_log'],
      ['one of another shape', 'alter table audit_log rename action to verb', 'alter table audit_log rename verb to action'],
    ] as const)('%s: refused, or saved without a record on purpose', async ([, away, back]) => {
      await desk.admin.query('alter table contacts disable trigger user');
      const id = await addContact(desk, '{"a": 1}');
      await during(desk, away, `${back}; alter table contacts enable trigger user`);
      const error = await failure(save(desk, id, '{"a": 1}', '{"a": 2}'));
      expect(error).toMatchObject({ kind: 'refused', code: 'no-audit-log', whatToDo: expect.stringContaining('--unaudited') });
      expect(await stored(desk, id)).toBe('{"a": 1}');
      const outcome = await save(desk, id, '{"a": 1}', '{"a": 2}', { unaudited: true });
      expect(outcome).toMatchObject({ state: 'saved', edit: { isOnRecord: false, at: null } });
      expect(await stored(desk, id)).toBe('{"a": 2}');
    });

    test('--unaudited leaves none, and the id it had is unknown', async () => {
      const id = await addContact(desk, '{"a": 1}');
      const outcome = await save(desk, id, '{"a": 1}', '{"a": 2}', { unaudited: true });
      expect(await entries(desk, id)).toEqual([]);
      const editId = outcome.state === 'saved' ? outcome.edit.id : '';
      expect(await failure(undoEdit(desk.database, await desk.catalog(), editId, { reason: 'x', author }))).toMatchObject({
        code: 'no-such-edit',
      });
    });

    test('--unaudited hands out an inverse that puts an element back where it was, or not at all', async () => {
      const items = ['a', 'b', 'c', 'd'].map((name) => `{"name": "${name}", "text": "${'x'.repeat(300)}"}`);
      const list = (of: readonly string[]): string => `{"list": [${of.join(', ')}]}`;
      const fewer = items.toSpliced(1, 1);
      const id = await addContact(desk, list(items));
      const outcome = await save(desk, id, list(items), list(fewer), { unaudited: true });
      const inverse = outcome.state === 'saved' ? outcome.edit.inverse : [];
      expect(inverse.at(-1)).toMatchObject({ op: 'add', path: ['list', '1'] });
      expect(writeJson(applyPatch(parseJson(list(fewer)), inverse))).toBe(list(items));
      for (const since of [[items[3]!, ...fewer], fewer.slice(1), [...fewer, items[0]!]])
        expect(() => applyPatch(parseJson(list(since)), inverse)).toThrow(/\/list has another value than the patch expects/);
    });

    test.for(['', ' ', '\n\t'])('without a reason is refused (%j)', async (reason) => {
      const id = await addContact(desk, '{"a": 1}');
      for (const unaudited of [false, true]) {
        expect(await failure(save(desk, id, '{"a": 1}', '{"a": 2}', { reason, unaudited }))).toMatchObject({
          kind: 'refused',
          code: 'no-reason',
        });
      }
      expect(await stored(desk, id)).toBe('{"a": 1}');
    });

    test('from a desk without SSH says nothing of one', async () => {
      const id = await addContact(desk, '{"a": 1}');
      await save(desk, id, '{"a": 1}', '{"a": 2}', { author: { ...author, sshClient: undefined } });
      const [entry] = await entries(desk, id);
      expect(Object.keys(entry!.edit)).not.toContain('ssh_client');
      expect(entry!.edit).toMatchObject({ host: 'desk.example' });
    });

    test('of a tenant’s own document belongs to that tenant', async () => {
      const { rows } = await desk.admin.query<{ id: string; text: string }>(
        `select id, metadata::text as text from tenant where name = 'Acme Corporation'`,
      );
      const place = await placeIn(desk, rows[0]!.id, 'tenant');
      await save(desk, place, rows[0]!.text, '{"ledger": 12345678901234567890}');
      expect(await entries(desk, place.id)).toMatchObject([{ table: 'tenant', tenant: acme[desk.shape] }]);
    });

    describe('of a table in another schema, with another key and column', () => {
      beforeAll(async () => {
        await desk.admin.query(`create schema crm;
          create table crm.labels (code text primary key, settings jsonb not null);
          create table crm.counters (n bigint primary key, metadata jsonb)`);
      });

      test('a text key', async () => {
        const key = `it's "a" / key`;
        await desk.admin.query(`insert into crm.labels values ($1, '{"a": 1}'), ('other', '{"a": 1}')`, [key]);
        const place = await placeIn(desk, key, 'crm.labels', 'settings');
        await save(desk, place, '{"a": 1}', '{"a": 2}');
        const [entry] = await entries(desk, key);
        expect(entry).toMatchObject({
          table: 'crm.labels',
          record: desk.shape === 'demo' ? null : key,
          tenant: null,
          before: { settings: { '/a': 1 } },
          after: { settings: { '/a': 2 } },
          edit: { table: 'crm.labels', column: 'settings', record_id: key },
        });
        expect(await listHistory(desk.database, await desk.catalog(), place)).toMatchObject([
          { id: entry!.id, isMetadataEdit: true },
        ]);
        const other = await placeIn(desk, 'other', 'crm.labels', 'settings');
        expect(await listHistory(desk.database, await desk.catalog(), other)).toEqual([]);
      });

      test('a whole number, known by one id however it is written', async () => {
        await desk.admin.query(`insert into crm.counters values (7, '{"a": 1}')`);
        await save(desk, await placeIn(desk, '007', 'crm.counters'), '{"a": 1}', '{"a": 2}');
        expect(await entries(desk, '7')).toMatchObject([{ edit: { record_id: '7' } }]);
        await expect(placeIn(desk, 'seven', 'crm.counters')).rejects.toMatchObject({ kind: 'usage', code: 'bad-id' });
      });

      test.for(['9223372036854775807', '-9223372036854775808'])('the largest and least whole number, %s', async (id) => {
        await desk.admin.query(`insert into crm.counters values ($1, '{"a": 1}')`, [id]);
        const place = await placeIn(desk, id, 'crm.counters');
        expect(await save(desk, place, '{"a": 1}', '{"a": 2}')).toMatchObject({ state: 'saved', edit: { record_id: id } });
        const beyond = id.replace(/.$/, '9');
        await expect(placeIn(desk, beyond, 'crm.counters')).rejects.toMatchObject({ kind: 'usage', code: 'bad-id' });
      });
    });

    describe('the history of a record', () => {
      test('has its edits newest first, with reason and changes, beside all other entries', async () => {
        const id = await addContact(desk, '{"a": 1}');
        await save(desk, id, '{"a": 1}', '{"a": 2}', { reason: 'first' });
        if (desk.shape === 'production') {
          await desk.admin.query(
            `insert into audit_log (entity_type, entity_id, action, user_email, changes, created_at)
             select type, $1, 'update', 'jane@acme.example', '{"before": {"status": "new"}, "after": {"status": "old"}}', now()
             from unnest(array['contact', 'Contact', 'contacts', 'lead']) type`,
            [id],
          );
        }
        await save(desk, id, '{"a": 2}', '{"a": 2, "b": true}', { reason: 'second' });
        const history = await listHistory(desk.database, await desk.catalog(), await placeIn(desk, id));
        const edits = history.filter(({ isMetadataEdit }) => isMetadataEdit);
        expect(edits).toMatchObject([
          { reason: 'second', actor: 'olga', changes: [{ path: ['b'], change: 'added' }] },
          {
            reason: 'first',
            action: 'METADATA_EDIT',
            changes: [{ path: ['a'], change: 'changed', before: { text: '1' }, after: { text: '2' } }],
          },
        ]);
        const others = history.filter(({ isMetadataEdit }) => !isMetadataEdit);
        expect(others.map(({ action }) => action).toSorted()).toEqual(
          desk.shape === 'demo' ? ['INSERT', 'UPDATE', 'UPDATE'] : ['update', 'update', 'update'],
        );
        const times = history.map(({ at }) => at ?? '');
        expect(times).toEqual(times.toSorted().toReversed());
        const statuses = others.flatMap(({ changes }) => changes.filter(({ path }) => path[0] === 'status'));
        const told = { path: ['status'], change: 'changed', before: { value: 'new' }, after: { value: 'old' } };
        expect(statuses.filter(({ change }) => change === 'changed')).toMatchObject(
          desk.shape === 'demo' ? [] : [told, told, told],
        );
      });

      test('is empty for a record that nobody changed, and refused without an audit log', async () => {
        const place = await placeIn(desk, '00000000-0000-4000-8000-000000000000');
        expect(await listHistory(desk.database, await desk.catalog(), place)).toEqual([]);
        await during(desk, 'alter table audit_log rename to audit_log_away', 'alter table audit_log_away rename to audit_log');
        expect(await failure(listHistory(desk.database, await desk.catalog(), place))).toMatchObject({ code: 'no-audit-log' });
      });
    });
  });
});

describe.for(['demo', 'production'] as const)('a role that may not write to the audit log on %s', (shape) => {
  let desk: Desk;
  let narrow: Desk;
  const role = `metadata_audit_${shape}_${process.pid}`;
  beforeAll(async () => {
    desk = await openDesk(shape);
    await desk.admin.query(`create role ${role} login bypassrls password 'narrow';
      grant select, insert, update on all tables in schema public to ${role}`);
    const database = await open({ ...desk.home.settings, user: role, password: () => 'narrow' }, { access: writing });
    narrow = { ...desk, database, catalog: () => database.catalog({ refresh: true }) };
    // The demo's own trigger writes to the log as the caller: another obstacle than the one looked at here.
    await desk.admin.query('alter table contacts disable trigger user');
  });

  test('by right is refused, and may do without a record on purpose', async () => {
    const id = await addContact(desk, '{"a": 1}');
    await during(desk, `revoke insert on audit_log from ${role}`, `grant insert on audit_log to ${role}`);
    expect(await failure(save(narrow, id, '{"a": 1}', '{"a": 2}'))).toMatchObject({
      kind: 'refused',
      code: 'audit-forbidden',
      whatToDo: expect.stringContaining('Nothing was changed'),
    });
    expect(await stored(desk, id)).toBe('{"a": 1}');
    expect(await save(narrow, id, '{"a": 1}', '{"a": 2}', { unaudited: true })).toMatchObject({ state: 'saved' });
    expect([await stored(desk, id), await entries(desk, id)]).toEqual(['{"a": 2}', []]);
  });

  test('by policy is refused', async () => {
    const id = await addContact(desk, '{"a": 1}');
    await during(
      desk,
      `alter role ${role} nobypassrls; alter table audit_log enable row level security;
       create policy everything on contacts to ${role} using (true);
       create policy nothing on audit_log as restrictive for insert to ${role} with check (false)`,
      `alter role ${role} bypassrls; drop policy everything on contacts; drop policy nothing on audit_log`,
    );
    expect(await failure(save(narrow, id, '{"a": 1}', '{"a": 2}'))).toMatchObject({ kind: 'refused', code: 'audit-forbidden' });
    expect([await stored(desk, id), await entries(desk, id)]).toEqual(['{"a": 1}', []]);
  });
});

describe('the history of a record in a log as the manual has it', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk('demo');
  });

  test('is found through the manual’s index, however long the log', async () => {
    await desk.admin.query(`insert into audit_log (action, table_name, record_id)
      select 'UPDATE', 'contacts', gen_random_uuid() from generate_series(1, 20000); analyze audit_log`);
    const text = statementText(listHistoryQuery, { record_type: 'uuid' as CatalogName }).replaceAll(/^--.*$/gm, '');
    const id = await addContact(desk, '{}');
    const { rows } = await desk.admin.query({ text: `explain ${text}`, values: ['contacts', id, id, id, 100] });
    expect(JSON.stringify(rows)).toContain('idx_audit_log_table_name_record_id');
    expect(JSON.stringify(rows)).not.toContain('Seq Scan');
  });

  test.for(['text', 'bigint'])('is found where the log keeps record ids as %s', async (type) => {
    const id = await addContact(desk, '{"a": 1}');
    await desk.admin.query(`alter table audit_log rename record_id to record_uuid; alter table audit_log add record_id ${type}`);
    onTestFinished(async () => {
      await desk.admin.query('alter table audit_log drop record_id; alter table audit_log rename record_uuid to record_id');
    });
    const place = await placeIn(desk, id);
    expect(await listHistory(desk.database, await desk.catalog(), place)).toEqual([]);
    if (type !== 'text') return;
    await save(desk, place, '{"a": 1}', '{"a": 2}', { reason: 'kept as text' });
    expect((await listHistory(desk.database, await desk.catalog(), place)).map(({ reason }) => reason)).toContain('kept as text');
  });

  test('is told around an entry whose document is nested too deeply to be read', async () => {
    const id = await addContact(desk, '{"a": 1}');
    const deep = `{"a": ${'['.repeat(1200)}${']'.repeat(1200)}}`;
    await desk.admin.query(
      `insert into audit_log (action, table_name, record_id, new_data) values ('DEEP', 'contacts', $1, $2::jsonb)`,
      [id, deep],
    );
    await save(desk, id, '{"a": 1}', '{"a": 2}', { reason: 'around it' });
    const history = await listHistory(desk.database, await desk.catalog(), await placeIn(desk, id));
    expect(history.find(({ action }) => action === 'DEEP')).toMatchObject({
      changes: [],
      unreadable: expect.stringContaining('levels'),
    });
    expect(history.find(({ reason }) => reason === 'around it')).toMatchObject({ unreadable: undefined });
  });
});
