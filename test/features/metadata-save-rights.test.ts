import { beforeAll, describe, expect, test } from 'vitest';
import { open } from '../database/opening.ts';
import { addContact, type Desk, during, entries, failure, openDesk, placeIn, save, stored, writing } from './metadata-saving.ts';

describe('what a role may not', () => {
  let desk: Desk;
  let narrow: Desk;
  const role = `metadata_save_${process.pid}`;
  beforeAll(async () => {
    desk = await openDesk('production');
    await desk.admin.query(
      `create role ${role} login password 'narrow'; grant select, update, insert on all tables in schema public to ${role}`,
    );
    const database = await open({ ...desk.home.settings, user: role, password: () => 'narrow' }, { access: writing });
    narrow = { ...desk, database, catalog: () => database.catalog({ refresh: true }) };
  });

  test('see: hidden by row-level security, or not there, can not be told apart, and that is said', async () => {
    const id = await addContact(desk, '{"a": 1}');
    expect(await failure(save(narrow, id, '{"a": 1}', '{"a": 2}'))).toMatchObject({
      kind: 'not-found',
      code: 'record-missing-or-hidden',
      whatToDo: expect.stringContaining('bypasses row-level security'),
    });
    expect(await stored(desk, id)).toBe('{"a": 1}');
  });

  test('change, by a policy that lets it see only', async () => {
    const id = await addContact(desk, '{"a": 1}');
    await during(desk, `create policy see on contacts for select to ${role} using (true)`, 'drop policy see on contacts');
    expect(await failure(save(narrow, id, '{"a": 1}', '{"a": 2}'))).toMatchObject({ code: 'record-missing-or-hidden' });
    expect(await stored(desk, id)).toBe('{"a": 1}');
  });

  test('change, by right: refused', async () => {
    const { rows } = await desk.admin.query<{ id: string }>(
      `update accounts set metadata = '{"a": 1}' where name = 'Account 1.1' returning id`,
    );
    const place = await placeIn(narrow, rows[0]!.id, 'accounts');
    await during(desk, `revoke update on accounts from ${role}`, `grant update on accounts to ${role}`);
    expect(await failure(save(narrow, place, '{"a": 1}', '{"a": 2}'))).toMatchObject({
      kind: 'refused',
      code: 'permission-denied',
      detail: expect.stringContaining('accounts'),
    });
    expect(await stored(desk, place.id, 'accounts')).toBe('{"a": 1}');
  });
});

describe('the manual’s e-mail trigger in production', () => {
  test.for(['users', 'employees'])('refuses every edit of %s, in its own words', async (table) => {
    const desk = await openDesk('production');
    const { rows } = await desk.admin.query<{ id: string; text: string }>(
      `select id, metadata::text as text from ${table} limit 1`,
    );
    const { id, text } = rows[0]!;
    const error = await failure(save(desk, await placeIn(desk, id, table), text, '{"note": "called"}'));
    expect(error).toMatchObject({
      code: 'trigger-error',
      detail: expect.stringContaining(`Email already exists in ${table} table`),
    });
    expect(error.detail).toContain('check_email_uniqueness()');
    expect([await stored(desk, id, table), await entries(desk)]).toEqual([text, []]);
  });

  test('in the demo it is corrected', async () => {
    const desk = await openDesk('demo');
    const { rows } = await desk.admin.query<{ id: string; text: string }>(
      'select id, metadata::text as text from employees limit 1',
    );
    expect(await save(desk, await placeIn(desk, rows[0]!.id, 'employees'), rows[0]!.text, '{"note": "called"}')).toMatchObject({
      state: 'saved',
    });
  });
});
