import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { connectTo, createDatabase, type TestDatabase } from '../support/cluster.ts';
import { startCommitProxy } from '../faults/commit-proxy.ts';
import { temporaryDirectory } from '../support/terminal.ts';
import { contactWith, editsOf, goToKey, metadataOf, openContact, save, setTo } from './contact.ts';
import { confirm, expectWholeFrame, openConsole } from './opening.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase('demo');
});

async function changedByOthers(id: string, document: string): Promise<void> {
  const client = await connectTo(database.settings);
  await client.query('update contacts set metadata = $2::jsonb where id = $1', [id, document]);
  await client.end();
}

describe('others who edit the same document', () => {
  test('what they changed elsewhere is kept and reported', async () => {
    const contact = await contactWith(database, '{"mine": 1, "theirs": 1}');
    const program = await openContact(database, contact);
    await goToKey(program, 'mine', '/mine');
    await setTo(program, '2');
    await changedByOthers(contact.id, '{"mine": 1, "theirs": 2}');
    await save(program, 'both', /others had also changed: \/theirs/);
    expect(await metadataOf(database, contact.id)).toBe('{"mine": 2, "theirs": 2}');
  });

  test('a conflict shows base, mine and theirs, and saves what was decided', async () => {
    const contact = await contactWith(database, '{"a": 1, "b": 1, "c": 1}');
    const program = await openContact(database, contact);
    for (const key of ['a', 'b', 'c']) {
      program.press('g');
      await goToKey(program, key, `/${key}`);
      await setTo(program, '"mine"');
    }
    await changedByOthers(contact.id, '{"a": "theirs", "b": "theirs", "c": "theirs"}');
    await save(program, 'mine first', 'Conflict: nothing was saved');
    expect(await editsOf(database, contact.id)).toEqual([]);
    await expect(program).toShow(/> \/a {2}to decide/);
    expectWholeFrame(program);
    program.press('m');
    await expect(program).toShow(/> \/b {2}to decide/);
    program.press('t');
    await expect(program).toShow(/> \/c {2}to decide/);
    program.press('enter');
    await expect(program).toShow('1 still to decide');
    program.press('e');
    await program.waitFor('value "mine"');
    program.press('ctrl+u');
    program.type('"both"\r');
    await expect(program).toShow('take what I wrote');
    program.press('w');
    await program.waitFor('Save contacts.metadata');
    await expect(program).toShow('reason mine first');
    await confirm(program, (lines) => lines.join('\n').includes('Saved as edit'));
    expect(await metadataOf(database, contact.id)).toBe('{"a": "mine", "b": "theirs", "c": "both"}');
    expect(await editsOf(database, contact.id)).toHaveLength(1);
  });

  test('history shows the edit, and takes it back with a reason', async () => {
    const contact = await contactWith(database, '{"key": "before"}');
    const program = await openContact(database, contact);
    await goToKey(program, 'key', '/key');
    await setTo(program, '"after"');
    await save(program, 'wrong ticket', 'Saved as edit');
    program.press('H');
    await expect(program).toShow(/> .*METADATA_EDIT.*tester/);
    await expect(program).toShow('reason wrong ticket');
    expectWholeFrame(program);
    program.press('u');
    await program.waitFor('Take back edit');
    await expect(program).toShow(/after +"before"/);
    program.type('it was the other contact');
    await program.waitFor('reason it was the other contact');
    await confirm(program, (lines) => lines.join('\n').includes('Taken back as edit'));
    expect(await metadataOf(database, contact.id)).toBe('{"key": "before"}');
    expect(await editsOf(database, contact.id)).toHaveLength(2);
  });
});

describe('the editor', () => {
  /** An editor that is a script: it sees the file as $1 behind the arguments of the command. */
  function editor(script: string): { readonly VISUAL: string; readonly log: string } {
    const directory = temporaryDirectory();
    const file = join(directory, 'an editor');
    writeFileSync(file, `#!/bin/sh\n${script}`);
    chmodSync(file, 0o755);
    return { VISUAL: `"${file}" --wait`, log: join(directory, 'log') };
  }

  test('gets the document, its arguments and the terminal; broken JSON is told with its place and mended', async () => {
    const contact = await contactWith(database, '{"key": 1.10, "other": [1]}');
    const { VISUAL, log } = editor(`
log="$(dirname "$0")/log"
file="$2"
echo "$1 $(stat -c %a "$file") $(test -t 0 && test -t 2 && echo terminal)" >> "$log"
if test "$(wc -l < "$log")" = 1; then sed -i 's/1.10,/1.10/' "$file"; else sed -i 's/1.10/1.20,/' "$file"; fi
`);
    const program = await openContact(database, contact, { env: { VISUAL } });
    program.press('E');
    await expect(program).toShow(/Line 3, column 3: expected/);
    await expect(program).toShow(/go on editing/);
    expectWholeFrame(program);
    program.press('e');
    await expect(program).toShow('Taken from the editor');
    await expect(program).toShow(/~ +key: 1.20 {2}was 1.10/);
    expectWholeFrame(program);
    expect(readFileSync(log, 'utf8')).toBe('--wait 600 terminal\n--wait 600 terminal\n');
    await save(program, 'by editor', 'Saved as edit');
    expect(await metadataOf(database, contact.id)).toBe('{"key": 1.20, "other": [1]}');
  });

  test('is not ended by Ctrl-C, and neither are we; secrets that were masked in it stay', async () => {
    const contact = await contactWith(database, '{"key": 1, "api_key": "abc-123-def"}');
    const { VISUAL, log } = editor(`
trap 'touch "$(dirname "$0")/interrupted"' INT
cat "$2" > "$(dirname "$0")/log"
echo the editor is open
until test -e "$(dirname "$0")/interrupted"; do sleep 0.02; done
sed -i 's/: 1/: 2/' "$2"
`);
    const program = await openContact(database, contact, { env: { VISUAL } });
    program.press('E');
    await program.waitFor('The editor would show a secret in clear');
    program.press('m');
    await program.waitFor('the editor is open');
    program.press('ctrl+c');
    await expect(program).toShow('Taken from the editor');
    expectWholeFrame(program);
    expect(readFileSync(log, 'utf8')).toContain('"api_key": "••••"');
    await save(program, 'by editor', 'Saved as edit');
    expect(await metadataOf(database, contact.id)).toBe('{"key": 2, "api_key": "abc-123-def"}');
  });

  test('a text that stays broken is left in its file', async () => {
    const contact = await contactWith(database, '{"key": 1}');
    const state = temporaryDirectory();
    const { VISUAL } = editor('printf "{broken" > "$2"');
    const program = await openContact(database, contact, { env: { VISUAL, XDG_STATE_HOME: state } });
    program.press('E');
    await program.waitFor('leave it');
    program.press('l');
    await expect(program).toShow('The text is in ');
    const folder = join(state, 'aisha-console', 'editing');
    const [file, second] = readdirSync(folder);
    expect(second).toBeUndefined();
    expect(readFileSync(join(folder, file!), 'utf8')).toBe('{broken');
  });
});

test('a console that is ended while COMMIT is on the way says where to look', async () => {
  const contact = await contactWith(database, '{"key": 1}');
  const proxy = await startCommitProxy(database.settings);
  const url = new URL(database.url);
  url.port = String(proxy.port);
  const program = await openContact({ ...database, url: url.href }, contact);
  await goToKey(program, 'key', '/key');
  await setTo(program, '2');
  await save(program, 'by journey', 'writing ...');
  await proxy.held;
  program.kill('SIGTERM');
  expect(await program.waitForExit()).toMatchObject({ code: 143 });
  expect(program.lines().join('')).toContain(`may have been saved: interrupted while COMMIT was under way`);
  expect(program.lines().join('')).toContain(`Look with: aisha-console metadata history contacts ${contact.id}`);
});

describe('drafts', () => {
  test('survive kill -9 in a file of the user alone, and are offered at the next start', async () => {
    const contact = await contactWith(database, '{"key": 1}');
    const env = { XDG_STATE_HOME: temporaryDirectory() };
    const folder = join(env.XDG_STATE_HOME, 'aisha-console', 'drafts');
    const program = await openContact(database, contact, { env });
    await goToKey(program, 'key', '/key');
    await setTo(program, '2');
    await expect.poll(() => readdirSync(folder).filter((name) => name.endsWith('.draft.json')).length).toBe(1);
    expect(statSync(join(folder, String(readdirSync(folder)[0]))).mode & 0o777).toBe(0o600);
    program.kill('SIGKILL');
    await program.waitForExit();

    const again = await openConsole(database, { env });
    again.press('5');
    await expect(again).toShow('1 not saved: o opens');
    again.press('o');
    await again.waitFor('Edits that were not saved');
    again.press('enter');
    await again.waitFor('go on with it');
    again.press('o');
    await expect(again).toShow('1 change not saved');
    await save(again, 'after the crash', 'Saved as edit');
    expect(await metadataOf(database, contact.id)).toBe('{"key": 2}');
    await expect.poll(() => readdirSync(folder).length).toBe(0);
  });

  test('an edit begun beside a draft that was kept leaves it as it is; both are offered', async () => {
    const contact = await contactWith(database, '{"key": 1}');
    const program = await openContact(database, contact);
    const keepAs = async (json: string): Promise<void> => {
      await goToKey(program, 'key', '/key');
      await setTo(program, json);
      program.press('esc');
      await program.waitFor('this draft is not saved');
      program.press('l');
      await program.waitFor('all records');
      program.type(`/${contact.id}`);
      await program.waitFor('an id: enter opens the record');
      program.press('enter');
    };
    await keepAs('"first"');
    await program.waitFor('An edit of this document');
    program.press('l');
    await keepAs('"second"');
    await program.waitFor('2 edits of this document were not saved');
    // The newest first.
    program.press('2');
    await expect(program).toShow('key: "first"');
    await save(program, 'the first', 'Saved as edit');
    program.press('r');
    await program.waitFor('An edit of this document');
    program.press('o');
    await expect(program).toShow('key: "second"');
    expect(await metadataOf(database, contact.id)).toBe('{"key": "first"}');
  });

  test('leaving with changes asks', async () => {
    const contact = await contactWith(database, '{"key": 1}');
    const program = await openContact(database, contact);
    await goToKey(program, 'key', '/key');
    await setTo(program, '2');
    for (const key of ['esc', 'q']) {
      program.press(key);
      await expect(program).toShow('this draft is not saved');
      program.press('esc');
      await program.waitFor((lines) => !lines.join('\n').includes('this draft is not saved'));
    }
    program.press('esc');
    await program.waitFor('this draft is not saved');
    program.press('d');
    await expect(program).toShow('all records');
  });
});
