import { beforeAll, describe, expect, test } from 'vitest';
import { type Desk, entries, openDesk } from '../features/metadata-saving.ts';
import { pressUntil } from '../journeys/opening.ts';
import { acme, fillSheets, makeSheets, openSheets } from './metadata-bulk-frame.ts';
import { confirmed, draftOf, openPane, saveDraft } from './metadata-frame.ts';

const rows = 1200;
const marked = (row: number) => (lines: readonly string[]) => lines.some((line) => line.startsWith(` > Sheet ${row} `));

describe('the records of a table of more pages than stay in memory', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk('production through PgBouncer');
    await makeSheets(desk);
    await fillSheets(desk, rows);
  });

  test('G goes to the last of all, g to the first, wherever the list was', async () => {
    const frame = await openSheets(desk.settings);
    frame.press('G');
    await frame.waitFor(marked(rows));
    frame.press('k');
    await frame.waitFor(marked(rows - 1));
    await pressUntil(frame, 'pageup', (lines) => lines.some((line) => /^ > Sheet [67]\d\d /.test(line)), 300);
    frame.press('g');
    await frame.waitFor(marked(1));
    await pressUntil(frame, 'pagedown', (lines) => lines.some((line) => /^ > Sheet [67]\d\d /.test(line)), 300);
    frame.press('g');
    await frame.waitFor(marked(1));
    frame.press('j');
    expect(await frame.waitFor(marked(2))).toContainEqual(expect.stringMatching(/^ {3}Sheet 1 /));
  });

  test('going through all of them, up and down, meets each once', async () => {
    const frame = await openSheets(desk.settings);
    frame.press('G');
    await frame.waitFor(marked(rows));
    const seen: number[] = [];
    const note = (lines: readonly string[]): number => Number(/^ > Sheet (\d+) /m.exec(lines.join('\n'))?.[1]);
    for (let row = rows; row > rows - 230; row -= 1) {
      seen.push(note(await frame.waitFor(marked(row))));
      frame.press('k');
    }
    for (let row = rows - 230; row < rows; row += 1) {
      seen.push(note(await frame.waitFor(marked(row))));
      frame.press('j');
    }
    expect(new Set(seen).size).toBe(231);
  });

  test('the marked record stays marked when a search comes and goes', async () => {
    const frame = await openSheets(desk.settings);
    frame.press('j', 'j');
    await expect(frame).toShow(marked(3));
    frame.type('/tier\r');
    await expect(frame).toShow((lines) => /documents with the key tier/.test(lines.join('\n')) && marked(3)(lines));
    frame.press('j');
    await expect(frame).toShow(marked(4));
    frame.press('esc');
    await expect(frame).toShow((lines) => /all records/.test(lines.join('\n')) && marked(4)(lines));
    frame.type('/nothing\r');
    await expect(frame).toShow('No record in this table matches');
    frame.press('esc');
    await expect(frame).toShow(marked(4));
  });

  test('says of a search without a hit what would show more, pinned as well', async () => {
    const frame = await openSheets(desk.settings, { tenant: acme.production });
    frame.type('/nothing\r');
    await frame.waitFor('No record of the pinned tenant matches; esc clears the search; T unpins the tenant.');
    frame.press('T');
    expect((await frame.waitFor('No record in this table matches; esc clears the search.')).join('\n')).toContain('nothing');
  });

  test.for([
    ['custom.lead_source = "Trade fair"', 'a path is written /custom/lead_source = "Trade fair"'],
    ['tier=Gold', 'a path is written /tier = Gold'],
    ['custom.lead_source', 'a path is written /custom/lead_source = value'],
  ] as const)('shows the forms of a search while nothing is typed, and which one is meant by %s', async ([typed, meant]) => {
    const frame = await openSheets(desk.settings);
    frame.press('/');
    await frame.waitFor('{"key": "value"} contains');
    frame.type(typed);
    expect((await frame.waitFor(meant)).join('\n')).not.toContain('documents with the key');
    frame.press('home');
    frame.type('? ');
    await frame.waitFor(`documents with the key ${typed}`);
  });

  test('after a conflict the reason that was given stays as it was, whatever is typed at the preview', async () => {
    const frame = await openPane(desk.settings);
    await draftOf(frame, 'a_sheet', '1101', 'tier', '"Silver"');
    await desk.admin.query(`update a_sheet set metadata = '{"tier": "Bronze"}' where id = 1101`);
    await saveDraft(frame, 'ticket 9', 'Conflict: nothing was saved');
    frame.type('m');
    await frame.waitFor('take mine');
    frame.press('w');
    await frame.waitFor('The reason given before stays: nothing is saved until enter.');
    frame.type('jjqx');
    frame.press('e');
    await frame.waitFor((lines) => !lines.join('\n').includes('The reason given before stays'));
    frame.type('b');
    await frame.waitFor('reason ticket 9b');
    await confirmed(frame, 'Saved as edit');
    expect(await entries(desk)).toMatchObject([{ edit: { record_id: '1101', reason: 'ticket 9b' } }]);
  });

  test('a record is opened by its number where the key is one; ? asks for such a key of documents', async () => {
    const frame = await openSheets(desk.settings);
    frame.type('/1150');
    await frame.waitFor('an id: enter opens the record');
    frame.press('enter');
    await frame.waitFor('a_sheet.metadata of Sheet 1150');
    frame.press('esc');
    frame.type('/? 1150');
    const empty = (await frame.waitFor('No record in this table matches')).join('\n');
    expect(empty).toContain('documents with the key 1150');
    expect(empty).toContain('A word alone is looked for as a key; /path = value looks for a value.');
  });

  test('what was changed can be saved: the key for it is in the footer at 80 columns too', async () => {
    const frame = await openPane(desk.settings, {}, { columns: 80, rows: 24 });
    await draftOf(frame, 'a_sheet', '1100', 'tier', '"Silver"');
    expect((await frame.waitFor(/^ \/tier {2}string/)).at(-1)).toMatch(/ w save /);
  });

  test('a new search begins at its first row again, and one of few rows has both ends', async () => {
    const frame = await openSheets(desk.settings);
    frame.press('G');
    await frame.waitFor(marked(rows));
    frame.type('/$.n < 2\r');
    await frame.waitFor(marked(1));
    await desk.admin.query(`update a_sheet set metadata = '{"few": 1}' where id in (500, 700, 900)`);
    frame.press('/');
    frame.press('ctrl+u');
    frame.type('few\r');
    await frame.waitFor((lines) => marked(500)(lines) && lines.join('\n').includes('Sheet 900'));
    frame.press('G');
    await frame.waitFor(marked(900));
    frame.press('g');
    expect((await frame.waitFor(marked(500))).join('\n')).toMatch(/key few: .* 3 *\n/);
  });

  test('an id that is no UUID is shown whole', async () => {
    await desk.admin.query(`insert into a_sheet values (2147483647, null, 'Last Sheet', '{}')`);
    const frame = await openSheets(desk.settings, { columns: 80, rows: 24 });
    frame.press('G');
    expect((await frame.waitFor(/^ > Last Sheet/)).join('\n')).toMatch(/Last Sheet +2147483647 +\{\}/);
  });
});
