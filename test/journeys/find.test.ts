import { beforeAll, expect, test } from 'vitest';
import { connectTo, createDatabase, type TestDatabase } from '../support/cluster.ts';
import { copied, expectWholeFrame, markedRow, openConsole, pressUntil } from './opening.ts';

let database: TestDatabase;
let contact: { id: string; email: string; tenant: string; tenant_id: string };

beforeAll(async () => {
  database = await createDatabase('demo');
  const client = await connectTo(database.settings);
  const { rows } = await client.query<typeof contact>(
    `select contacts.id, contacts.email, tenant.name as tenant, tenant.id as tenant_id
     from contacts join tenant on tenant.id = contacts.tenant_id
     where tenant.slug = 'bluepeak' and contacts.email is not null order by contacts.id limit 1`,
  );
  contact = rows[0]!;
  await client.end();
});

const openBox = async (columns = 120, rows = 40) => {
  const program = await openConsole(database, { columns, rows });
  program.press('ctrl+f');
  await expect(program).toShow('a UUID or its first characters, e-mail, slug');
  return program;
};

test('a UUID is found in its table, and Enter opens its tenant', async () => {
  const program = await openBox();
  program.paste(contact.id);
  await expect(program).toShow('1 found in all tenants, taken as uuid');
  await expect(program).toShow(/> contacts .* Bluepeak Software +primary key of contacts/);
  expectWholeFrame(program);
  program.press('enter');
  await expect(program).toShow(
    (now) => markedRow(now).startsWith('Bluepeak Software') && now.some((line) => line.includes('1 of 1')),
  );
  expect(program.lines().find((line) => line.startsWith(' search'))).toContain(contact.tenant_id);
});

test('what Tenants was searched for in vain is looked for everywhere, as its list says', async () => {
  const program = await openConsole(database);
  program.type(`/${contact.email}`);
  await expect(program).toShow('ctrl-f looks for the text in every table.');
  program.press('ctrl+f');
  await expect(program).toShow('1 found in all tenants, taken as email');
  program.press('esc');
  await expect(program).toShow('enter to the list');
  program.press('esc');
  await expect(program).toShow(/^ > Acme Corporation/);
  program.press('ctrl+f');
  await expect(program).toShow('a UUID or its first characters, e-mail, slug');
});

test('an e-mail is found whatever its case', async () => {
  const program = await openBox();
  program.type(contact.email.toUpperCase());
  await expect(program).toShow(/> contacts .*email is/);
  expectWholeFrame(program);
});

test('the first characters of a UUID are enough', async () => {
  const program = await openBox();
  program.type(contact.id.slice(0, 9));
  await expect(program).toShow(/> contacts .*its id starts with/);
});

test('what was not searched is said', async () => {
  const client = await connectTo(database.settings);
  await client.query(`create table no_key (id uuid)`);
  await client.end();
  const program = await openBox();
  program.paste('00000000-0000-4000-8000-00000000abcd');
  await expect(program).toShow(/not searched: no_key \(it has no single-column primary key\)/);
  await expect(program).toShow('0 found in all tenants');
  expectWholeFrame(program);
});

test('Ctrl-Y copies the id, Ctrl-T pins the tenant, Ctrl-G searches everywhere again', async () => {
  const program = await openBox();
  program.paste(contact.id);
  await expect(program).toShow('1 found in all tenants');
  const mark = program.mark();
  program.press('ctrl+y');
  await expect(program).toShow('Sent the id of contacts');
  expect(copied(program, mark)).toEqual([contact.id]);
  program.press('ctrl+t');
  await expect(program).toShow('tenant: bluepeak');
  program.press('ctrl+f');
  await expect(program).toShow('a UUID or its first characters');
  program.type('jane@acme.example');
  await expect(program).toShow('0 found in Bluepeak Software (ctrl-g: all tenants), taken as email');
  program.press('ctrl+g');
  await expect(program).toShow(/[1-9]\d* found in all tenants/);
  program.press('esc');
  await expect(program).toShow((lines) => markedRow(lines).includes('Acme Corporation'));
});

test('Ctrl-O opens the document, and says that the tenant is pinned now', async () => {
  const program = await openBox();
  program.paste(contact.id);
  await expect(program).toShow('1 found in all tenants');
  program.press('ctrl+o');
  await expect(program).toShow(`Pinned ${contact.tenant}; T shows all tenants again.`);
  await expect(program).toShow(/^ contacts\.metadata of .*/);
  expectWholeFrame(program);
  program.press('ctrl+f');
  await expect(program).toShow('a UUID or its first characters');
  program.paste(contact.id);
  await expect(program).toShow('1 found in ');
  program.press('ctrl+o');
  await expect(program).toShow((lines) => !lines.join('').includes('1 found in '));
  expect(program.lines().join('')).not.toContain('Pinned');
});

test(':find takes the text along', async () => {
  const program = await openConsole(database, { columns: 80, rows: 24 });
  program.type(`:find ${contact.email}\r`);
  await expect(program).toShow(`find ${contact.email}`);
  await expect(program).toShow(/taken as email/);
  expectWholeFrame(program);
});

test('of more matches than there is room for, it is said which are on screen and that there are more', async () => {
  const program = await openBox(120, 24);
  program.type('ac');
  await expect(program).toShow(/│ 1-\d+ of \d+; \d+ more below: down/);
  // What is found arrives kind by kind: a page down before that leads to the end of what there was.
  const isAtTheEnd = (lines: readonly string[]): boolean => lines.some((line) => /(\d+)-(\d+) of \2(?!\d)(?!;)/.test(line));
  await pressUntil(program, 'pagedown', isAtTheEnd, 300);
});

test('text too short to look for says so, and Esc closes', async () => {
  const program = await openBox(80, 24);
  program.type('x');
  await expect(program).toShow('too short to look for');
  expectWholeFrame(program);
  program.press('esc');
  await expect(program).toShow((lines) => !lines.some((line) => line.includes('too short')));
  expectWholeFrame(program);
});
