import { beforeAll, describe, expect, test } from 'vitest';
import { type Desk, entries, openDesk } from '../features/metadata-saving.ts';
import { acme, dryRun, fillSheets, giveReason, makeSheets, openSheets, tiers } from './metadata-bulk-frame.ts';
import { confirmed } from './metadata-frame.ts';
import { pressDeliberately } from '../journeys/opening.ts';

const production = { environment: { name: 'PROD', production: true } };
const shows = (text: string) => (lines: readonly string[]) => lines.join('\n').includes(text);

describe.for(['demo', 'production', 'production through PgBouncer'] as const)('a bulk change in the pane, on %s', (way) => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk(way);
    await makeSheets(desk);
  });
  const tenant = (): (typeof acme)['demo'] => acme[desk.shape];

  test('changes what the search finds of the pinned tenant, under one id, and goes back as one', async () => {
    await fillSheets(desk, 9);
    await desk.admin.query(`update a_sheet set metadata = '{"other": 1}' where id = 9`);
    const frame = await openSheets(desk.settings, { tenant: tenant() });
    frame.type('/tier\r');
    await frame.waitFor('documents with the key tier');
    await frame.waitFor((lines) => !shows('Sheet 9')(lines));
    await dryRun(frame, ['/tier = "Silver"', '/a/b = 1.10', 'unset /n']);
    await frame.waitFor('4 records of Acme Corporation: documents with the key tier');
    await frame.waitFor('None of the first 4 tried would fail.');
    await frame.waitFor(/after +"Silver"/);
    frame.press('tab');
    await frame.waitFor(/ 4 {2}Acme Corporation/);
    expect(await tiers(desk)).toEqual({ '"Gold"': 8, none: 1 });
    await giveReason(frame, 'ticket 9');
    await confirmed(frame, '4 changed, 0 unchanged, 0 failed');
    await frame.waitFor(/Done\./);
    expect(await tiers(desk)).toEqual({ '"Gold"': 4, '"Silver"': 4, none: 1 });
    const written = await entries(desk);
    expect(new Set(written.map(({ edit }) => edit['record_id']))).toEqual(new Set(['1', '3', '5', '7']));
    expect(new Set(written.map(({ edit }) => edit['reason']))).toEqual(new Set(['ticket 9']));
    const ids = new Set(written.map(({ edit }) => edit['bulk_id']));
    expect(ids.size).toBe(1);
    await frame.waitFor(String([...ids][0]));
    frame.press('u');
    await frame.waitFor('4 edits of a_sheet of Acme Corporation stand');
    await giveReason(frame, 'wrong ticket');
    await confirmed(frame, '4 undone, 0 unchanged, 0 failed');
    const { rows } = await desk.admin.query(`select from a_sheet where metadata <> '{"tier": "Gold", "n": 1.10}'`);
    expect(rows).toHaveLength(1);
  });

  test.for([
    ['{"tier": "Gold"}', 'documents that contain {"tier": "Gold"}'],
    ['$.n < 2', 'documents where $.n < 2 finds something'],
  ] as const)('says which search it is, and how many it finds, at 80 columns: %s', async ([search, which]) => {
    await fillSheets(desk, 7);
    const frame = await openSheets(desk.settings, { columns: 80, rows: 24 });
    frame.type(`/${search}\r`);
    await frame.waitFor(/^ documents (that contain|where) .* 7 *$/);
    frame.press('B');
    await frame.waitFor(`which  ${which}`);
    frame.type('/tier = 1');
    frame.press('ctrl+g');
    frame.press('enter');
    expect((await frame.waitFor(/samples .*change/)).join('\n')).toContain(`7 records of ALL TENANTS: ${which}`);
  });

  test('tells what is not understood in its place, and reads nothing before it is', async () => {
    await fillSheets(desk, 2);
    const frame = await openSheets(desk.settings);
    frame.press('B');
    await frame.waitFor('What to change');
    frame.press('enter');
    await frame.waitFor('Type what to change first.');
    for (const [line, problem] of [
      ['tier = 1', 'does not start with "/"'],
      ['/tier', 'has no equals sign'],
      ['/tier = Silver', 'expected a JSON value'],
      ['/token = "••••"', 'stands for a secret'],
      ['unset', 'names no path'],
    ] as const) {
      frame.press('ctrl+u');
      frame.type(line);
      await frame.waitFor(`> ${line}`);
      frame.press('enter');
      await frame.waitFor((lines) => shows(problem)(lines));
      await frame.waitFor('A line is not understood.');
    }
    frame.press('ctrl+u');
    frame.paste('/tier = "Silver"\nunset /n');
    await frame.waitFor('> unset /n');
    frame.press('enter');
    await frame.waitFor('Say whose records: ctrl-g takes those of ALL TENANTS');
    frame.press('ctrl+g');
    await frame.waitFor('the records of every tenant are changed');
    frame.press('enter');
    await frame.waitFor('2 records of ALL TENANTS: all records');
    frame.press('esc');
    await frame.waitFor('> unset /n');
    // Closed and opened again, what was typed is there, and whose is to be said anew.
    frame.press('esc');
    await frame.waitFor((lines) => !shows('What to change')(lines));
    frame.press('B');
    await frame.waitFor('not said yet');
    await frame.waitFor('/tier = "Silver"');
    expect(await tiers(desk)).toEqual({ '"Gold"': 2 });
  });

  test('names the rows that would fail, lists those that did, and tries them again', async () => {
    await fillSheets(desk, 4);
    await desk.admin.query(`update a_sheet set metadata = '{"tier": "Gold", "deep": 1}' where id = 3`);
    const frame = await openSheets(desk.settings);
    await dryRun(frame, ['/deep/er = 1'], true);
    await frame.waitFor('Of the first 4 tried, 1 would fail');
    await frame.waitFor('would fail: ');
    await giveReason(frame, 'ticket 9');
    await confirmed(frame, '3 changed, 0 unchanged, 1 failed');
    await frame.waitFor('1 failed:');
    await frame.waitFor(/│ {3}3 /);
    await desk.admin.query(`update a_sheet set metadata = '{"tier": "Gold"}' where id = 3`);
    await pressDeliberately(frame, 'r', shows('1 changed, 0 unchanged, 3 done before, 0 failed'));
    expect(new Set((await entries(desk)).map(({ edit }) => edit['bulk_id'])).size).toBe(1);
  });

  test('is asked on production to be confirmed by typing: the table, or one tenant’s slug; no paste, no held key', async () => {
    await fillSheets(desk, 4);
    for (const [pinned, word, wrong] of [
      [undefined, 'a_sheet', 'acme-corp'],
      [tenant(), 'acme-corp', 'a_sheet'],
    ] as const) {
      const frame = await openSheets(desk.settings, { facts: production, ...(pinned && { tenant: pinned }) });
      await dryRun(frame, ['/tier = "Silver"'], pinned === undefined);
      await frame.waitFor(
        `This is production. Type ${pinned === undefined ? 'the name of the table' : "the tenant's slug"}: ${word}`,
      );
      await giveReason(frame, 'ticket 9');
      frame.press('enter');
      await frame.waitFor('enter change them');
      frame.paste(word);
      await frame.waitFor('pasting does not count');
      frame.type(wrong.slice(0, 1));
      frame.type(wrong.slice(1));
      await pressDeliberately(frame, 'enter', shows('that is not'));
      frame.press('ctrl+u');
      for (const letter of word) frame.type(letter);
      await frame.waitFor(`type it ${word}`);
      // Held from the start: none of them is a press of its own.
      frame.type('\r\r\r\r');
      await frame.waitFor('press the key again, by itself');
      expect(await tiers(desk)).toEqual({ '"Gold"': 4 });
      frame.press('esc');
      await frame.waitFor('enter go on');
    }
  });

  test('is gone on with in another console, by its id', async () => {
    await fillSheets(desk, 4);
    await desk.admin.query(`update a_sheet set metadata = '{"tier": "Gold", "deep": 1}' where id = 3`);
    const first = await openSheets(desk.settings);
    await dryRun(first, ['/deep/er = 1'], true);
    await giveReason(first, 'ticket 9');
    await confirmed(first, '3 changed, 0 unchanged, 1 failed');
    const bulkId = String((await entries(desk))[0]!.edit['bulk_id']);
    await desk.admin.query(`update a_sheet set metadata = '{"tier": "Gold"}' where id = 3`);

    const frame = await openSheets(desk.settings);
    frame.type(`:bulk ${bulkId}`);
    await frame.waitFor(`:bulk ${bulkId}`);
    frame.press('enter');
    await frame.waitFor('go on with it');
    frame.press('r');
    await frame.waitFor(`in bulk, going on with ${bulkId}`);
    frame.type('/deep/er = 1');
    frame.press('ctrl+g');
    await frame.waitFor('the records of every tenant');
    frame.press('enter');
    await frame.waitFor(`goes on with bulk change ${bulkId}`);
    await giveReason(frame, 'ticket 9');
    await confirmed(frame, '1 changed, 0 unchanged, 3 done before, 0 failed');
    expect(new Set((await entries(desk)).map(({ edit }) => edit['bulk_id']))).toEqual(new Set([bulkId]));
  });

  test('is put on record under --unaudited too, and says so', async () => {
    await fillSheets(desk, 2);
    const frame = await openSheets(desk.settings, { facts: { unaudited: true } });
    await dryRun(frame, ['/tier = "Silver"'], true);
    await frame.waitFor('--unaudited does not hold for bulk changes');
    await giveReason(frame, 'ticket 9');
    await confirmed(frame, /Done\./);
    expect(await entries(desk)).toHaveLength(2);
  });

  test('in a read-only session is shown, and not made', async () => {
    await fillSheets(desk, 2);
    const frame = await openSheets(desk.settings);
    frame.session.database.gate.lock();
    await dryRun(frame, ['/tier = "Silver"'], true);
    await giveReason(frame, 'ticket 9');
    await confirmed(frame, 'this session is read-only: :unlock opens writing');
    expect(await tiers(desk)).toEqual({ '"Gold"': 2 });
  });

  test('closed with Enter is said with its id, and B leads back to it, to take it back', async () => {
    await fillSheets(desk, 4);
    const frame = await openSheets(desk.settings);
    await dryRun(frame, ['/tier = "Silver"'], true);
    await giveReason(frame, 'ticket 9');
    await confirmed(frame, /Done\./);
    const bulkId = String((await entries(desk))[0]!.edit['bulk_id']);
    await frame.waitFor(`:bulk ${bulkId}`);
    await pressDeliberately(frame, 'enter', (lines) => !shows('undo all')(lines));
    await frame.waitFor(`To take it back: B in Metadata, or later :bulk ${bulkId}`);
    frame.press('B');
    await frame.waitFor('What to change');
    await frame.waitFor(/last +ctrl-l shows it, u there takes it back: a_sheet.metadata, 4 changed/);
    frame.press('ctrl+l');
    await frame.waitFor(/Done\./);
    frame.press('u');
    await frame.waitFor('4 edits of a_sheet of ALL TENANTS stand');
    await giveReason(frame, 'wrong');
    await confirmed(frame, '4 undone');
    expect(await tiers(desk)).toEqual({ '"Gold"': 4 });
  });

  test('left unfinished is offered again, and typing begins anew rather than behind it', async () => {
    await fillSheets(desk, 2);
    const frame = await openSheets(desk.settings);
    for (const opened of [1, 2]) {
      frame.press('B');
      await frame.waitFor('What to change');
      frame.type(`/tier = ${opened}`);
      await frame.waitFor(`> /tier = ${opened}`);
      frame.press('esc');
      await frame.waitFor((lines) => !shows('What to change')(lines));
    }
    frame.press('B');
    await frame.waitFor('This was typed before: typing begins anew');
    frame.press('left');
    frame.type('4');
    expect((await frame.waitFor('> /tier = 42')).join('\n')).not.toContain('/tier = 1');
  });

  test('is found by its id, and from the history of a record', async () => {
    await fillSheets(desk, 4);
    const frame = await openSheets(desk.settings);
    await dryRun(frame, ['/tier = "Silver"'], true);
    await giveReason(frame, 'ticket 9');
    await confirmed(frame, /Done\./);
    frame.press('esc');
    await frame.waitFor(/Sheet 2 /);
    const bulkId = String((await entries(desk))[0]!.edit['bulk_id']);

    frame.session.open({ pane: 'metadata', table: 'a_sheet', recordId: '1' });
    await frame.waitFor('(root)');
    frame.press('H');
    await frame.waitFor(`part of bulk change ${bulkId}`);
    frame.press('B');
    await frame.waitFor('4 edits of a_sheet of ALL TENANTS stand');
    frame.press('esc');
    await frame.waitFor('esc back');
    frame.press('esc');
    await frame.waitFor('all records');
    frame.type(`:bulk ${bulkId}`);
    await frame.waitFor(`:bulk ${bulkId}`);
    frame.press('enter');
    await frame.waitFor('go on with it');
    frame.press('u');
    await frame.waitFor('4 edits of a_sheet of ALL TENANTS stand');
    await giveReason(frame, 'wrong');
    await confirmed(frame, '4 undone');
    expect(await tiers(desk)).toEqual({ '"Gold"': 4 });
  });
});
