import type { ConnectionSettings } from '#core/connection-settings.ts';
import type { SessionFacts } from '#console/session.ts';
import { pressDeliberately } from '../journeys/opening.ts';
import { type ConsoleFrame, openFrame, openTestDatabase } from '../support/console-frame.tsx';

/** The Metadata pane on its list of tables. */
export async function openPane(
  settings: ConnectionSettings,
  facts: Partial<SessionFacts> = {},
  size: { readonly columns?: number; readonly rows?: number } = {},
): Promise<ConsoleFrame> {
  const frame = openFrame(await openTestDatabase(settings), { ...size, pane: 'metadata', facts });
  await frame.waitFor(/^ > \S/);
  return frame;
}

/** Opens a record's document as another pane would hand it over, and writes `json` to a key of it. */
export async function draftOf(frame: ConsoleFrame, table: string, id: string, key: string, json: string): Promise<void> {
  frame.session.open({ pane: 'metadata', table, recordId: id });
  await frame.waitFor(`${table}.metadata of`);
  frame.type(`/${key}\r`);
  await frame.waitFor(new RegExp(`^ /${key} `));
  frame.press('e');
  await frame.waitFor('enter take it');
  frame.press('ctrl+u');
  frame.type(json);
  await frame.waitFor((lines) => lines.join('\n').includes(` value ${json}`));
  frame.press('enter');
  await frame.waitFor('1 change not saved');
}

/** Presses Enter, as one who has seen what is asked, until the screen is as wanted. */
export function confirmed(frame: ConsoleFrame, wanted: string | RegExp): Promise<string[]> {
  const shows = (lines: readonly string[]): boolean =>
    typeof wanted === 'string' ? lines.join('\n').includes(wanted) : lines.some((line) => wanted.test(line));
  return pressDeliberately(frame, 'enter', shows);
}

/** Asks to save what was drafted, gives the reason, and confirms. */
export async function saveDraft(frame: ConsoleFrame, reason: string, wanted: string | RegExp): Promise<string[]> {
  frame.press('w');
  await frame.waitFor(/Save \S+ of/);
  frame.type(reason);
  await frame.waitFor(`reason ${reason}`);
  return confirmed(frame, wanted);
}
