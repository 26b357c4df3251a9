import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { footerLine } from '#console/footer-line.ts';
import { globalLayer } from '#console/global-bindings.ts';
import type { Binding, KeyLayer } from '#console/public/contract.ts';
import { packageRoot } from '#core/package-root.ts';
import { createTheme } from '#ui/tones.ts';
import { createDatabase, type TestDatabase } from '../support/cluster.ts';
import { type ConsoleFrame, openFrame, openTestDatabase } from '../support/console-frame.tsx';
import { bytesOfKey } from '../support/terminal.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase('demo');
});

/** Keys that two bindings of one layer claim. */
function conflictsIn(layers: readonly KeyLayer[]): string[] {
  return layers.flatMap(({ title, bindings }) => {
    const keys = bindings().flatMap((binding) => binding.keys.map((key) => `${title}: ${key}`));
    return keys.filter((key, index) => keys.indexOf(key) !== index);
  });
}

/** Keys of the lower layers that an upper one, not modal, hides. */
function hiddenIn(layers: readonly KeyLayer[]): string[] {
  return layers.flatMap((layer, index) =>
    layers.slice(index + 1).flatMap((lower) => {
      const above = new Set(layer.bindings().flatMap(({ keys }) => keys));
      return lower.bindings().flatMap(({ id, keys }) => keys.filter((key) => above.has(key)).map((key) => `${key} of ${id}`));
    }),
  );
}

const commandsIn = (layers: readonly KeyLayer[]): string[] =>
  layers.flatMap((layer) => layer.bindings().flatMap(({ command }) => command ?? []));

/** Every state in which another set of keys is in force: how to get there, and what tells that one is there. */
const states: readonly (readonly [string, string, RegExp])[] = [
  ['the list', '', /^ > Acme Corporation/],
  ['searching', '/', /enter to the list/],
  ['the open card', '\r', /^ {2}slug /],
  ['Health', '6', /Not built yet/],
  ['the migrations', '2', /^ > 001_init\.sql/],
  ['an open migration', '2\r', /create extension, line 8/],
  ['what to apply', '2a', /all pending/],
  ['searching migrations', '2/', /enter take it/],
  ['the audit log', '4', /^ live .*INSERT/],
  ['the tables with documents', '5', /^ > accounts/],
  ['the document of a tenant', 'm', /\(root\) {2}object/],
  ['help', '?', /Everywhere/],
  ['commands', ':', /│ > pin/],
  ['find', bytesOfKey('ctrl+f'), /a UUID or its/],
  ['sort', 's', /Sort by/],
  ['filter', 'f', /Show only/],
  ['copy', 'y', /row as JSON/],
  ['summary', 'i', /│ active/],
  ['indexes', '3', /all indexes/],
  ['indexes: findings', '3c', /gravest first/],
  ['indexes: one in full', '3\r', /Definition/],
  ['indexes: search', '3/', / search /],
  ['indexes: sort', '3s', /Sort by/],
];

async function inState(keys: string, shown: RegExp): Promise<ConsoleFrame> {
  const frame = openFrame(await openTestDatabase(database.settings), {
    facts: { migrationsDirectory: join(packageRoot(), 'src', 'demo', 'migrations') },
  });
  await frame.waitFor(/^ > Acme Corporation/);
  const [pane = '', rest = ''] = /^([23]?)(.*)$/s.exec(keys)?.slice(1) ?? [];
  if (pane !== '') {
    frame.type(pane);
    await frame.waitFor(pane === '2' ? /^ > 001_init\.sql/ : / \d+ findings? · /);
  }
  frame.type(rest);
  await frame.waitFor(shown);
  return frame;
}

describe.for(states)('in %s', ([, keys, shown]) => {
  test('no key means two things, every command has one name, and the footer tells the truth', async () => {
    const { session } = await inState(keys, shown);
    const layers = session.router.reachable();
    expect(conflictsIn(layers)).toEqual([]);
    const commands = commandsIn(layers);
    expect(commands.filter((command, index) => commands.indexOf(command) !== index)).toEqual([]);
    const isTyping = layers.some((layer) => layer.textTarget?.() !== undefined);
    expect(hiddenIn(layers).filter((hidden) => !isTyping || !hidden.startsWith('ctrl+c of console.quit'))).toEqual([]);
    const ids = layers.flatMap((layer) => layer.bindings().map(({ id }) => id));
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    for (const columns of [60, 80, 120, 300]) {
      const footer = footerLine(layers, columns, createTheme({ color: false, ascii: false }))
        .map(({ text }) => text)
        .join('');
      expect(footer.length).toBeLessThanOrEqual(columns);
    }
  });
});

test('every binding says what it does, in a sentence and in two words, with keys that exist', async () => {
  const known = /^(.|enter|esc|tab|shift\+tab|space|up|down|left|right|home|end|pageup|pagedown|delete|backspace|ctrl\+[a-z])$/u;
  const bindings: Binding[] = [];
  for (const [, keys, shown] of states) {
    const { session } = await inState(keys, shown);
    bindings.push(...session.router.reachable().flatMap((layer) => layer.bindings()));
  }
  const wrong = bindings.filter(
    ({ label, help, keys, command }) =>
      label === '' || help === '' || !keys.every((key) => known.test(key)) || (keys.length === 0 && command === undefined),
  );
  expect(wrong).toEqual([]);
});

test('nothing hangs on Ctrl-J, Ctrl-K or Ctrl-M alone: tmux takes them, and terminals send them for Enter', async () => {
  const frame = openFrame(await openTestDatabase(database.settings));
  const bindings = [globalLayer(frame.session), ...frame.session.router.reachable()].flatMap((layer) => layer.bindings());
  const hung = bindings.filter(({ keys }) => keys.length > 0 && keys.every((key) => /^ctrl\+[jkmi]$/.test(key)));
  expect(hung).toEqual([]);
});
