import { beforeAll, describe, expect, test } from 'vitest';
import { connectTo, createDatabase, type TestDatabase } from '../support/cluster.ts';
import { contactWith, goToKey, openContact, save, setTo } from './contact.ts';
import { confirm, expectWholeFrame, openConsole, pressUntil } from './opening.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase('demo');
});

const long = 'a value that is longer than any line of any terminal '.repeat(20);
const document = JSON.stringify({ a: { deep: { deeper: [1, { x: null }] } }, key: 'value', long, '\u001b[2J': 1 });

describe.for([
  [80, 24],
  [120, 40],
] as const)('at %i x %i', ([columns, rows]) => {
  test('tables, records, document, field, menus and dialogs fit', async () => {
    const contact = await contactWith(database, document);
    const program = await openContact(database, contact, { columns, rows });
    expectWholeFrame(program);
    await goToKey(program, 'long', '/long');
    expectWholeFrame(program);
    program.press('e');
    await program.waitFor('enter take it');
    expectWholeFrame(program);
    program.press('esc');
    await goToKey(program, 'key', '/key');
    await setTo(program, `"${'x'.repeat(columns - 20)}"`);
    await program.waitFor('1 change not saved');
    expectWholeFrame(program);
    program.press('y');
    await program.waitFor('SQL path');
    expectWholeFrame(program);
    program.press('esc');
    await program.waitFor((lines) => !lines.join('\n').includes('SQL path'));
    program.press('w');
    await program.waitFor('Save contacts.metadata');
    for (const shown of ['~ changed /key', '"op": "replace"', 'update']) {
      await program.waitFor(shown);
      expectWholeFrame(program);
      program.press('tab');
    }
    program.press('esc');
    await program.waitFor((lines) => !lines.join('\n').includes('Save contacts.metadata'));

    const client = await connectTo(database.settings);
    await client.query(`update contacts set metadata = metadata || '{"key": "other"}' where id = $1`, [contact.id]);
    await client.end();
    await save(program, 'because', 'Conflict: nothing was saved');
    expectWholeFrame(program);
    program.press('m');
    await program.waitFor('take mine');
    program.press('w');
    await program.waitFor('reason because');
    await confirm(program, (lines) => lines.join('\n').includes('Saved as edit'));
    program.press('H');
    await program.waitFor('METADATA_EDIT');
    expectWholeFrame(program);
    expect(program.written()).not.toContain('\u001b[2J1');
  });
});

test('empty and failed reads say so', async () => {
  const client = await connectTo(database.settings);
  await client.query(`create table things (id uuid primary key, metadata jsonb)`);
  await client.end();
  const program = await openConsole(database, { args: ['--tenant', 'acme-corp'] });
  program.press('5');
  await program.waitFor(/^ > accounts/);
  await pressUntil(program, 'j', (lines) => lines.some((line) => line.startsWith(' > things')), 300);
  program.press('enter');
  await expect(program).toShow('The rows of things belong to no tenant');
  program.press('T');
  await expect(program).toShow('No record in this table.');
  expectWholeFrame(program);
  program.type('/$.[');
  await expect(program).toShow('is not understood');
  expectWholeFrame(program);
});
