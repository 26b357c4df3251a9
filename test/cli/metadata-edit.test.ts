import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../database/opening.ts';
import { addContact, during, type Desk, entries, openDesk, stored } from '../features/metadata-saving.ts';
import { type Outcome, run } from './program.ts';

const directory = mkdtempSync(join(tmpdir(), 'aisha-console-editors-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let scripts = 0;
/** An editor that does what a script says to the file, `$1`. */
function editor(script: string): string {
  const file = join(directory, `editor-${(scripts += 1)}`);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

const reason = ['--yes', '--reason', 'ticket 4711'];
const document = '{"a": 1.10, "big": 12345678901234567890, "deep": {"b": [1, 1.0]}, "api_key": "abc-123-def-456-ghi"}';

/** The file that a failure names, which only its owner may read. */
function kept(stderr: string): string {
  const file = /is kept in (\S+\.json)\./.exec(stderr)?.[1];
  if (file === undefined) throw new Error(`No file is named: ${stderr}`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  return readFileSync(file, 'utf8');
}

describe.for(['demo', 'production'] as const)('metadata edit on %s', (shape) => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk(shape);
  });
  const edit = (args: readonly string[], command: string): Promise<Outcome> =>
    run(['--database-url', desk.home.url, 'metadata', 'edit', ...args], { environment: { EDITOR: command } });

  /** An edit whose editor stays open until it is told to close. */
  function startEditing(id: string, script: string): { opened: Promise<unknown>; close: () => void; outcome: Promise<Outcome> } {
    const [open, close] = [join(directory, `open-${scripts}`), join(directory, `close-${scripts}`)];
    const outcome = edit(
      ['contacts', id, ...reason, '--json'],
      editor(`${script} "$1"; touch ${open}; until [ -e ${close} ]; do sleep 0.02; done`),
    );
    return { opened: until(() => Promise.resolve(existsSync(open))), close: () => writeFileSync(close, ''), outcome };
  }

  describe('without a terminal', () => {
    test('saves what the editor changed, digits and secrets as they were, and prints the edit', async () => {
      const id = await addContact(desk, document);
      const seen = join(directory, `seen-${shape}`);
      const outcome = await edit(
        ['contacts', id, ...reason, '--json'],
        editor(`cp "$1" ${seen}; sed -i s/1.10/1.1/ "$1"; echo noise`),
      );
      expect(outcome.code).toBe(0);
      expect(JSON.parse(outcome.stdout)).toMatchObject({ record_id: id, reason: 'ticket 4711', operator: 'tester' });
      expect(outcome.stderr).toMatch(/^secrets are masked in the editor.*\nnoise\n$/);
      expect(await stored(desk, id)).toBe(
        '{"a": 1.1, "big": 12345678901234567890, "deep": {"b": [1, 1.0]}, "api_key": "abc-123-def-456-ghi"}',
      );
      expect(readFileSync(seen, 'utf8')).toMatch(/^\{\n {2}"a": 1\.10,\n {2}"big": 12345678901234567890,/);
      expect(readFileSync(seen, 'utf8')).toContain('"api_key": "••••');
      expect((await entries(desk, id)).map(({ after }) => after)).toEqual([{ metadata: { '/a': 1.1 } }]);
    });

    test('the arguments of $EDITOR mean what they mean in a shell, and $VISUAL goes before it', async () => {
      const id = await addContact(desk, '{"a": 1}');
      expect(await edit(['contacts', id, ...reason], "sed -i 's/: 1/: 2/'")).toMatchObject({ code: 0, stderr: '' });
      expect(await stored(desk, id)).toBe('{"a": 2}');
      const environment = { EDITOR: 'false', VISUAL: `sed -i -e "s/: 2/: 3/"` };
      await run(['--database-url', desk.home.url, 'metadata', 'edit', 'contacts', id, ...reason], { environment });
      expect(await stored(desk, id)).toBe('{"a": 3}');
    });

    test('a subtree, or another column', async () => {
      const id = await addContact(desk, document);
      expect(await edit(['contacts', id, '/deep/b', ...reason], editor(`printf '[2.0]' > "$1"`))).toMatchObject({ code: 0 });
      expect(await stored(desk, id)).toContain('"deep": {"b": [2.0]}');
      expect(await edit(['contacts', id, '/nowhere', ...reason], 'true')).toMatchObject({ code: 6 });
      const { rows } = await desk.admin.query<{ id: string }>('select id from modulesettings limit 1');
      const settings = ['modulesettings', rows[0]!.id, '--column', 'settings', ...reason];
      expect(await edit(settings, editor(`printf '{"x": 1.0}' > "$1"`))).toMatchObject({ code: 0 });
      const { rows: now } = await desk.admin.query('select settings::text as text from modulesettings where id = $1', [
        rows[0]!.id,
      ]);
      expect(now).toEqual([{ text: '{"x": 1.0}' }]);
    });

    test('--reveal opens secrets, which can be changed then', async () => {
      const id = await addContact(desk, document);
      const outcome = await edit(['contacts', id, '--reveal', ...reason], 'sed -i s/abc-123/xyz-999/');
      expect(outcome).toMatchObject({ code: 0, stderr: '' });
      expect(await stored(desk, id)).toContain('"api_key": "xyz-999-def-456-ghi"');
    });

    test('a text that is as it was, in other spaces too, changes nothing', async () => {
      const id = await addContact(desk, document);
      for (const command of ['true', editor(`tr -d '\\n' < "$1" > "$1.new" && mv "$1.new" "$1"`)]) {
        const outcome = await edit(['contacts', id, ...reason], command);
        expect(outcome).toMatchObject({ code: 0, stdout: 'Nothing changed.\n' });
      }
      expect(await entries(desk, id)).toEqual([]);
    });

    test('--dry-run shows the change, writes nothing and keeps the text', async () => {
      const id = await addContact(desk, '{"a": 1}');
      const outcome = await edit(['contacts', id, '--dry-run'], "sed -i 's/: 1/: 2/'");
      expect(outcome).toMatchObject({ code: 0, stdout: expect.stringContaining('changed /a: 1 -> 2') });
      expect(kept(outcome.stderr)).toBe('{\n  "a": 2\n}\n');
      expect(await stored(desk, id)).toBe('{"a": 1}');
    });

    test('2: a text that is no JSON, with line, column and caret; it is kept', async () => {
      const id = await addContact(desk, '{"a": 1, "password": "hunter2hunter2"}');
      const outcome = await edit(
        ['contacts', id, '--reveal', ...reason],
        editor(`printf '{\\n  "password": "hunter2hunter2", "é": Website\\n}' > "$1"`),
      );
      expect(outcome).toMatchObject({ code: 2, stdout: '' });
      expect(outcome.stderr).toContain('Line 2, column 38: ');
      expect(outcome.stderr).toContain('\n    "password": "••••", "é": Website\n                             ^\n');
      expect(outcome.stderr).not.toContain('hunter2');
      expect(kept(outcome.stderr)).toContain('"é": Website');
      expect(await stored(desk, id)).toContain('"a": 1');
    });

    test.for([
      ['an editor that fails', 2, 'exit 3', /ended with 3/],
      ['no such editor', 2, 'no-such-editor-anywhere', /ended with 127/],
      ['a key twice', 2, `printf '{"x": 1, "x": 2}' > "$1"`, /there twice/],
      ['an array for the whole document', 2, `printf '[]' > "$1"`, /is an object, and would become an array/],
      ['a mask under another key', 2, `sed -i s/api_key/old_key/ "$1"`, /old_key has •••• in it/],
      ['a trigger’s error', 1, `printf '{"a": 11}' > "$1"`, /never 11/],
    ] as const)('%s: %i, with the text kept', async ([, code, script, words]) => {
      await during(
        desk,
        `create function never() returns trigger language plpgsql as $$ begin
           if new.metadata ->> 'a' = '11' then raise exception 'never 11'; end if; return new; end $$;
         create trigger never before update on contacts for each row execute function never()`,
        'drop function never() cascade',
      );
      const id = await addContact(desk, document);
      const before = await stored(desk, id);
      const outcome = await edit(['contacts', id, ...reason], editor(script));
      expect(outcome).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(words) });
      expect(/kept in|wrote is in/.test(outcome.stderr)).toBe(true);
      expect(await stored(desk, id)).toBe(before);
    });

    test('4: not confirmed, without a reason, and in a read-only session, before the editor is opened', async () => {
      const id = await addContact(desk, '{"a": 1}');
      const marker = join(directory, `opened-${shape}`);
      const opens = editor(`touch ${marker}`);
      expect(await edit(['contacts', id, '--reason', 'x'], opens)).toMatchObject({ code: 4 });
      expect(await edit(['contacts', id, '--yes'], opens)).toMatchObject({ code: 4 });
      expect(await edit(['--read-only', 'contacts', id, ...reason], opens)).toMatchObject({ code: 4 });
      expect(() => statSync(marker)).toThrow('ENOENT');
    });

    test('what others change meanwhile is merged, and told beside --json', async () => {
      const id = await addContact(desk, '{"a": 1, "b": 1}');
      const going = startEditing(id, `sed -i 's/"a": 1/"a": 2/'`);
      await going.opened;
      await desk.admin.query(`update contacts set metadata = metadata || '{"b": 2}' where id = $1`, [id]);
      going.close();
      const outcome = await going.outcome;
      expect(outcome).toMatchObject({
        code: 0,
        stderr: 'Others had changed meanwhile, and that was kept:\n  changed /b: 1 -> 2\n',
      });
      expect(JSON.parse(outcome.stdout)).toMatchObject({ record_id: id });
      expect(await stored(desk, id)).toBe('{"a": 2, "b": 2}');
    });

    test('5: the same path, changed by others meanwhile; the text is kept', async () => {
      const id = await addContact(desk, '{"a": 1, "b": 1}');
      const going = startEditing(id, `sed -i 's/"a": 1/"a": 2/'`);
      await going.opened;
      await desk.admin.query(`update contacts set metadata = '{"a": 3}' where id = $1`, [id]);
      going.close();
      const outcome = await going.outcome;
      expect(outcome).toMatchObject({ code: 5, stdout: '', stderr: expect.stringMatching(/same paths.*\n {2}\/a\n/) });
      expect(kept(outcome.stderr)).toContain('"a": 2');
      expect(await stored(desk, id)).toBe('{"a": 3}');
    });
  });
});
