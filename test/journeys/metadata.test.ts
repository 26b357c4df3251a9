import { beforeAll, describe, expect, test } from 'vitest';
import { connectTo, createDatabase, type TestDatabase } from '../support/cluster.ts';
import { contactWith, editsOf, goToKey, metadataOf, openContact, save, setTo } from './contact.ts';
import { asRemote, confirm, copied, expectWholeFrame, openConsole } from './opening.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase('demo');
});

describe('finding a document', () => {
  test('tables, records, document, and back again one step at a time', async () => {
    const program = await openConsole(database, { columns: 80, rows: 24 });
    program.press('5');
    await expect(program).toShow(/^ > accounts +metadata +[\d,]+/);
    expectWholeFrame(program);
    program.press('enter');
    await expect(program).toShow(/^ > .*[0-9a-f]{8} .*\{/);
    expectWholeFrame(program);
    program.press('enter');
    await expect(program).toShow('(root)  object');
    expectWholeFrame(program);
    program.press('esc');
    await expect(program).toShow('all records');
    program.press('esc');
    await expect(program).toShow('ROWS OF ALL, ABOUT');
  });

  test('search by containment says which index serves it, by path that rows are read through', async () => {
    const contact = await contactWith(database, '{"custom_fields": {"lead_source": "Journey"}}');
    const program = await openConsole(database);
    program.press('5');
    await program.waitFor(/^ > accounts/);
    program.press('j', 'j', 'j', 'j', 'enter');
    await program.waitFor('contacts.metadata of all tenants');
    program.type('/{"custom_fields": {"lead_source": "Journey"}}');
    await expect(program).toShow(/documents that contain it: served by \w+.* 1$/);
    await expect(program).toShow(new RegExp(`${contact.name}.*Journey`));
    expectWholeFrame(program);
    program.press('ctrl+u');
    program.type('/custom_fields/lead_source = Journey');
    await expect(program).toShow(/documents where .* 1$/);
    program.press('ctrl+u');
    program.type(contact.id);
    await expect(program).toShow('an id: enter opens the record');
    program.press('enter');
    await expect(program).toShow(`contacts.metadata of ${contact.name}`);
  });

  test('a pinned tenant narrows the records, and an id that is not there says so', async () => {
    const program = await openConsole(database, { args: ['--tenant', 'acme-corp'] });
    program.press('5');
    await expect(program).toShow('documents of Acme Corporation');
    await expect(program).toShow(/^ > accounts/);
    program.press('enter');
    await expect(program).toShow('accounts.metadata of Acme Corporation');
    program.type('/00000000-0000-4000-8000-000000000000');
    await expect(program).toShow('an id: enter opens the record');
    program.press('enter');
    await expect(program).toShow(/accounts has no record 00000000/);
    await expect(program).toShow('accounts.metadata of Acme Corporation');
  });
});

describe('editing and saving', () => {
  test('changes one value, with a reason, and leaves every other digit as it was', async () => {
    const contact = await contactWith(database, '{"big": 12345678901234567890, "scale": 1.10, "tier": {"name": "gold"}}');
    const program = await openContact(database, contact);
    await goToKey(program, 'name', '/tier/name');
    await expect(program).toShow("metadata->'tier'->>'name'");
    await setTo(program, '"platinum"');
    await expect(program).toShow('1 change not saved');
    await expect(program).toShow(/~ +name: "platinum" {2}was "gold"/);
    expectWholeFrame(program);
    program.press('w');
    const dialog = await program.waitFor('~ changed /tier/name');
    expect(dialog.join('\n')).toMatch(/before +"gold"/);
    expectWholeFrame(program);
    program.press('tab');
    await expect(program).toShow('"op": "replace"');
    program.press('tab');
    await expect(program).toShow(/update/);
    program.type('ticket 42');
    await expect(program).toShow('reason ticket 42');
    await confirm(program, (lines) => lines.join('\n').includes('Saved as edit'));
    expect(await metadataOf(database, contact.id)).toBe(
      '{"big": 12345678901234567890, "tier": {"name": "platinum"}, "scale": 1.10}',
    );
    const [edit, second] = await editsOf(database, contact.id);
    expect(second).toBeUndefined();
    expect(edit?.new_data.edit).toMatchObject({
      reason: 'ticket 42',
      operator: 'tester',
      patch: [
        { op: 'test', path: '/tier/name', value: 'gold' },
        { op: 'replace', path: '/tier/name', value: 'platinum' },
      ],
    });
  });

  test('says when the type would change, and where JSON is wrong', async () => {
    const contact = await contactWith(database, '{"count": "42"}');
    const program = await openContact(database, contact);
    await goToKey(program, 'count', '/count');
    program.press('e');
    await program.waitFor('value "42"');
    program.press('ctrl+u');
    program.type('4x');
    program.press('enter');
    await expect(program).toShow(/Line 1, column \d/);
    program.press('ctrl+u');
    program.type('42');
    await expect(program).toShow('type changes: string to number');
    program.press('enter');
    await program.waitFor('1 change not saved');
    program.press('w');
    await expect(program).toShow('The same text, but a string becomes a number');
  });

  test('points out a key that is nearly one which many other rows have, before anything is saved', async () => {
    const contact = await contactWith(database, '{"custom_fields": {"note": "x"}}');
    const program = await openContact(database, contact);
    await goToKey(program, 'note', '/custom_fields/note');
    program.press('R');
    await program.waitFor('rename to note');
    program.press('ctrl+u');
    program.type('lead_souce\r');
    await program.waitFor('/custom_fields/lead_souce');
    program.press('w');
    await expect(program).toShow(/! .*lead_souce.*/);
    await expect(program).toShow(/lead_source/);
  });

  test('adds, renames, duplicates, moves, deletes; u and U go back and forth', async () => {
    const contact = await contactWith(database, '{"a": {"one": 1}, "list": [1, 2]}');
    const program = await openContact(database, contact);
    await goToKey(program, 'one', '/a/one');
    program.press('a');
    await program.waitFor('new key');
    program.type('two\r');
    await program.waitFor('its value');
    program.type('true\r');
    await expect(program).toShow(/\+ +two: true {2}added/);
    program.press('R');
    await program.waitFor('rename to two');
    program.press('ctrl+u');
    program.type('three\r');
    await expect(program).toShow(/\+ +three: true/);
    program.press('D');
    await expect(program).toShow(/three_copy: true/);
    program.press('M');
    await program.waitFor('move to /a/three_copy');
    program.press('ctrl+u');
    program.type('/moved\r');
    await expect(program).toShow(/^ \/moved /);
    await goToKey(program, 'one', '/a/one');
    program.press('d');
    await expect(program).toShow(/- +one: 1 {2}removed/);
    program.press('u');
    await expect(program).toShow((lines) => !lines.join('\n').includes('removed'));
    program.press('U');
    await expect(program).toShow(/- +one: 1 {2}removed/);
    await save(program, 'tidy', 'Saved as edit');
    expect(JSON.parse(await metadataOf(database, contact.id))).toEqual({ a: { three: true }, list: [1, 2], moved: true });
  });

  test('a read-only session can not save, and says how to open writing', async () => {
    const contact = await contactWith(database, '{"key": 1}');
    const program = await openContact(asRemote(database), contact);
    await goToKey(program, 'key', '/key');
    await setTo(program, '2');
    program.press('w');
    await expect(program).toShow('save: this session is read-only: :unlock opens writing');
    program.press('ctrl+s');
    expect(await metadataOf(database, contact.id)).toBe('{"key": 1}');
  });

  test("production asks for the tenant's slug, typed", async () => {
    const contact = await contactWith(database, '{"key": 1}');
    const program = await openContact(database, contact, { env: { AISHA_ENV: 'production' }, args: ['--write'] });
    await goToKey(program, 'key', '/key');
    await setTo(program, '2');
    program.press('w');
    await program.waitFor('This is production');
    program.type('because');
    await program.waitFor('reason because');
    program.press('enter');
    await program.waitFor('type it ');
    program.paste(contact.slug);
    await expect(program).toShow('pasting does not count');
    await confirm(program, (lines) => lines.join('\n').includes("type the tenant's slug first"));
    expect(await metadataOf(database, contact.id)).toBe('{"key": 1}');
    for (const letter of contact.slug) program.press(letter);
    await program.waitFor(`type it ${contact.slug}`);
    await confirm(program, (lines) => lines.join('\n').includes('Saved as edit'));
    expect(await metadataOf(database, contact.id)).toBe('{"key": 2}');
  });

  test('the words of the server are shown and the draft is kept', async () => {
    const contact = await contactWith(database, '{"key": 1}');
    const client = await connectTo(database.settings);
    await client.query(`alter table contacts add constraint journey check (metadata ->> 'key' is distinct from '13')`);
    const program = await openContact(database, contact);
    await goToKey(program, 'key', '/key');
    await setTo(program, '13');
    await save(program, 'unlucky', 'journey');
    await expect(program).toShow('The draft is kept.');
    expectWholeFrame(program);
    await client.query('alter table contacts drop constraint journey');
    await client.end();
    await confirm(program, (lines) => lines.join('\n').includes('Saved as edit'));
    expect(await metadataOf(database, contact.id)).toBe('{"key": 13}');
  });
});

test('secrets stay masked in the tree, in copies and in previews until they are asked for', async () => {
  const contact = await contactWith(database, '{"api_key": "hunter2-hunter2-hunter2", "note": "plain"}');
  const program = await openContact(database, contact);
  await expect(program).toShow(/api_key: "•+.*" secret, x shows it/);
  await goToKey(program, 'api_key', '/api_key');
  const mark = program.mark();
  program.press('y');
  await program.waitFor('SQL path');
  program.press('v');
  await expect(program).toShow('secrets masked');
  expect(copied(program, mark).join()).not.toContain('hunter2');
  expect(program.written()).not.toContain('hunter2');
  program.press('e');
  await expect(program).toShow('x shows it first');
  program.press('x');
  await expect(program).toShow('hunter2-hunter2-hunter2');
});
