import { expect, test } from 'vitest';
import { addContact, openDesk, stored } from '../features/metadata-saving.ts';
import { startProxy } from '../support/proxy.ts';
import { confirmed, draftOf, openPane, saveDraft } from './metadata-frame.ts';

test('what is edited while a save is made ready is shown and saved with it', async () => {
  const desk = await openDesk('demo');
  const id = await addContact(desk, '{"a": 1, "b": 2}');
  const { settings } = desk.home;
  const proxy = await startProxy({ host: settings.host, port: settings.port });
  const frame = await openPane({ ...settings, port: proxy.port });
  await draftOf(frame, 'contacts', id, 'a', '{"added": 1}');
  proxy.freeze();
  frame.press('w');
  await frame.waitFor((lines) => lines.at(-1)!.includes('esc leave off'));
  frame.press('G', 'd');
  await frame.waitFor('2 changes not saved');
  await proxy.resume();
  await frame.waitFor(/Save \S+ of/);
  await frame.waitFor(/2 changes +patch +SQL/);
  frame.type('ticket 1');
  await frame.waitFor('reason ticket 1');
  await confirmed(frame, 'Saved as edit');
  expect(await stored(desk, id)).toBe('{"a": {"added": 1}}');
});

test('an edit is not taken back below what is edited while that is made ready', async () => {
  const desk = await openDesk('demo');
  const id = await addContact(desk, '{"a": 1, "b": 2}');
  const { settings } = desk.home;
  const proxy = await startProxy({ host: settings.host, port: settings.port });
  const frame = await openPane({ ...settings, port: proxy.port });
  await draftOf(frame, 'contacts', id, 'a', '3');
  await saveDraft(frame, 'ticket 1', 'Saved as edit');
  frame.press('H');
  await frame.waitFor('ticket 1');
  proxy.freeze();
  frame.press('u');
  await frame.waitFor((lines) => lines.at(-1)!.includes('esc leave off') && !lines.join('\n').includes('ticket 1'));
  frame.press('G', 'd');
  await frame.waitFor('1 change not saved');
  await proxy.resume();
  await frame.waitFor('Save or discard the draft first');
  expect(frame.session.dialogs.get()).toEqual([]);
});
