import { beforeAll, describe, expect, test } from 'vitest';
import { addContact, type Desk, entries, openDesk, stored } from '../features/metadata-saving.ts';
import { draftOf, openPane, saveDraft } from './metadata-frame.ts';

describe.for(['demo', 'production'] as const)('without an audit log, on %s', (shape) => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk(shape);
    // The demo's own trigger writes to the log.
    await desk.admin.query('alter table contacts disable trigger user; alter table audit_log rename to audit_log_away');
  });

  test('the refusal of a save names --unaudited, and the draft is kept', async () => {
    const id = await addContact(desk, '{"a": 1}');
    const frame = await openPane(desk.home.settings);
    expect(frame.lines().join('\n')).not.toContain('UNAUDITED');
    await draftOf(frame, 'contacts', id, 'a', '2');
    await saveDraft(frame, 'ticket 1', 'The draft is kept.');
    await frame.waitFor(/or start with --unaudited to save without a record on purpose/);
    expect(await stored(desk, id)).toBe('{"a": 1}');
  });

  test.for([
    [80, 24],
    [120, 40],
  ] as const)('with --unaudited it saves, and header, dialog and notice say so, at %i x %i', async ([columns, rows]) => {
    const id = await addContact(desk, '{"a": 1}');
    const frame = await openPane(desk.home.settings, { unaudited: true }, { columns, rows });
    expect(frame.lines().slice(0, 2).join('\n')).toContain('UNAUDITED');
    await draftOf(frame, 'contacts', id, 'a', '2');
    frame.press('w');
    await frame.waitFor('No audit entry will be written (--unaudited)');
    frame.press('esc');
    await frame.waitFor((lines) => !lines.join('\n').includes('No audit entry'));
    await saveDraft(frame, 'ticket 1', 'Saved without an audit entry (--unaudited)');
    expect(await stored(desk, id)).toBe('{"a": 2}');
    frame.press('H');
    await frame.waitFor('history and undo read the audit');
  });
});

test('--unaudited leaves no entry where there is a log, as the commands do', async () => {
  const desk = await openDesk('production');
  const id = await addContact(desk, '{"a": 1}');
  const frame = await openPane(desk.home.settings, { unaudited: true });
  await draftOf(frame, 'contacts', id, 'a', '2');
  await saveDraft(frame, 'ticket 1', 'Saved without an audit entry (--unaudited)');
  expect([await stored(desk, id), await entries(desk, id)]).toEqual(['{"a": 2}', []]);
});
