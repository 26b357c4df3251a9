import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { createDatabase, type TestDatabase } from '../support/cluster.ts';
import { type Program, startProgram, temporaryDirectory } from '../support/terminal.ts';
import { contactWith, editsOf, metadataOf } from './contact.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase('demo');
});

/** An editor that is a script: `$1` is the file, `$here` a directory of the test's. */
function editor(script: string): string {
  const here = temporaryDirectory();
  const file = join(here, 'editor');
  writeFileSync(file, `#!/bin/sh\nhere='${here}'\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

function edit(id: string, EDITOR: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Program {
  const all = ['--database-url', database.url, 'metadata', 'edit', 'contacts', id, ...args];
  return startProgram({ args: all, env: { EDITOR, ...env } });
}

/** The text in the file that the screen names; a long name takes two rows. */
function keptText(program: Program): string {
  const file = /kept in (\/\S+\.json)/.exec(program.lines().join(''))?.[1];
  expect(existsSync(file ?? 'no file is named')).toBe(true);
  return readFileSync(file!, 'utf8');
}

test('broken text is shown with a caret and edited further; then the change is shown, and asked for', async () => {
  const contact = await contactWith(database, '{"key": 1.10}');
  const script = `if test -e "$here/again"; then sed -i 's/, oops//' "$1"; else touch "$here/again"; sed -i 's/1.10/1.20, oops/' "$1"; fi`;
  const program = edit(contact.id, editor(script));
  await expect(program).toShow('e to go on editing, s to stop?');
  expect(program.lines().slice(0, 3)).toEqual([
    expect.stringMatching(/^Line 2, column 16: expected .*oops/),
    '    "key": 1.20, oops',
    '                 ^',
  ]);
  program.type('what?\r');
  await program.waitFor((lines) => lines.filter((line) => line.startsWith('e to go on editing')).length === 2);
  program.type('e\r');
  await expect(program).toShow('changed /key: 1.10 -> 1.20');
  await program.waitFor('Reason, for the audit log:');
  program.type('ticket 1\r');
  await program.waitFor('Save this? y or n:');
  program.type('y\r');
  await expect(program).toShow('Undo: aisha-console metadata undo');
  expect(await program.waitForExit()).toMatchObject({ code: 0 });
  expect(await metadataOf(database, contact.id)).toBe('{"key": 1.20}');
  expect(await editsOf(database, contact.id)).toHaveLength(1);
});

test('whoever stops, says no, gives no reason or ends the input has the text in a named file', async () => {
  const contact = await contactWith(database, '{"key": 1}');
  const stopped = edit(contact.id, editor('printf "{broken" > "$1"'));
  await stopped.waitFor('s to stop?');
  stopped.type('s\r');
  expect(await stopped.waitForExit()).toMatchObject({ code: 2 });
  expect(keptText(stopped)).toBe('{broken');
  for (const [question, answer, args] of [
    ['Save this?', 'n\r', ['--reason', 'x']],
    ['Save this?', '\u0004', ['--reason', 'x']],
    ['Reason, for', '\r', []],
  ] as const) {
    const program = edit(contact.id, 'sed -i "s/: 1/: 2/"', args);
    await program.waitFor(question);
    program.type(answer);
    expect(await program.waitForExit()).toMatchObject({ code: 4 });
    expect(keptText(program)).toContain('"key": 2');
  }
  expect(await metadataOf(database, contact.id)).toBe('{"key": 1}');
});

test('on production the tenant’s slug is typed', async () => {
  const contact = await contactWith(database, '{"key": 1}');
  const open = (...access: readonly string[]): Program =>
    edit(contact.id, 'sed -i "s/: 1/: 2/"', ['--reason', 'x', ...access], { AISHA_ENV: 'production' });
  const closed = open();
  await closed.waitFor('This session is read-only');
  expect(await closed.waitForExit()).toMatchObject({ code: 4 });
  const wrong = open('--write');
  await wrong.waitFor("PRODUCTION. To save, type the tenant's slug, acme-corp:");
  wrong.type('y\r');
  expect(await wrong.waitForExit()).toMatchObject({ code: 4 });
  const right = open('--write');
  await right.waitFor('acme-corp:');
  right.type('acme-corp\r');
  expect(await right.waitForExit()).toMatchObject({ code: 0 });
  expect(await metadataOf(database, contact.id)).toBe('{"key": 2}');
});

test('Ctrl-C in the editor is the editor’s; at a question it ends us, and the text is kept', async () => {
  const contact = await contactWith(database, '{"key": 1}');
  const script = `trap 'touch "$here/interrupted"' INT
echo the editor is open
until test -e "$here/interrupted"; do sleep 0.02; done
sed -i 's/: 1/: 2/' "$1"`;
  const program = edit(contact.id, editor(script), ['--reason', 'x']);
  await program.waitFor('the editor is open');
  program.press('ctrl+c');
  await program.waitFor('Save this?');
  program.press('ctrl+c');
  expect(await program.waitForExit()).toMatchObject({ code: 130 });
  expect(keptText(program)).toContain('"key": 2');
  expect(await metadataOf(database, contact.id)).toBe('{"key": 1}');
});
