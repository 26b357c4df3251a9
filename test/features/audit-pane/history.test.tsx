import { describe, expect, test, vi } from 'vitest';
import { pressUntil } from '../../journeys/opening.ts';
import { connectTo, createDatabase, type TestDatabase } from '../../support/cluster.ts';
import { type ConsoleFrame, openFrame, openTestDatabase } from '../../support/console-frame.tsx';
import { marked, write } from './writing.ts';

describe('history', () => {
  test('pages back to the first entry, each once, and g, G and a typed time go there', async () => {
    const database = await createDatabase('demo');
    const client = await connectTo(database.settings);
    await client.query('delete from audit_log');
    await client.query(
      `insert into audit_log (action, table_name, record_id, changed_by, new_data, changed_at)
       select 'N' || lpad(n::text, 4, '0'), 'contacts', gen_random_uuid(), 'x', '{}', timestamptz '2026-01-01 00:00:00+00' + n * interval '1 minute'
       from generate_series(1, 1500) n`,
    );
    await client.end();
    const frame = openFrame(await openTestDatabase(database.settings), { pane: 'audit' });
    await expect(frame).toShow((lines) => marked(lines).includes('N1500'));
    await pressUntil(frame, 'g', (lines) => marked(lines).includes('N0001'));
    await expect(frame).toShow('1 of 1,500 loaded, from the first');
    frame.press('G');
    await expect(frame).toShow((lines) => marked(lines).includes('N1500'));
    frame.type('wg2026-01-01 10:00\r');
    await expect(frame).toShow((lines) => marked(lines).includes('N0600'));
    await expect(frame).toShow(/^ earlier entries, nothing new, End is live/);
    // From there on: what led to it is of less use.
    await expect(frame).toShow((lines) => ['N0597', 'N0603', 'N0608'].every((action) => lines.join().includes(action)));
    expect(frame.lines().join()).not.toContain('N0596');
    await write(database, { action: 'NEW' });
    await expect(frame).toShow(/^ earlier entries, 1 new, End is live/);
    frame.press('end');
    await expect(frame).toShow((lines) => marked(lines).includes('NEW'));
    await expect(frame).toShow(/^ live/);
    frame.type('wgwhenever\r');
    await expect(frame).toShow('Type 14:05, 2026-11-22 14:05');
    frame.press('esc');
  });

  /** The demo's log with entries at 10:01 to 10:20 of a day only, and where pages before a typed moment wait for `gate`. */
  const openSlow = async (
    gate: Promise<unknown>,
  ): Promise<{ home: TestDatabase; frame: ConsoleFrame; isHeld: () => boolean }> => {
    const home = await createDatabase('demo');
    const client = await connectTo(home.settings);
    await client.query('delete from audit_log');
    await client.query(
      `insert into audit_log (action, table_name, changed_by, changed_at)
       select 'N' || lpad(n::text, 2, '0'), 'contacts', 'x', timestamptz '2026-01-01 10:00+00' + n * interval '1 minute' from generate_series(1, 20) n`,
    );
    await client.end();
    const database = await openTestDatabase(home.settings);
    const read = database.read.bind(database);
    let isHeld = false;
    const slow: typeof read = async (sent, options) => {
      const rows = await read(sent, options);
      if (sent.parameters['way'] === 'before' && sent.parameters['id'] === '') {
        isHeld = true;
        await gate;
      }
      return rows;
    };
    const frame = openFrame(Object.assign(database, { read: slow }), { pane: 'audit' });
    await expect(frame).toShow((lines) => marked(lines).includes('N20'));
    return { home, frame, isHeld: () => isHeld };
  };

  test('what comes while a moment is gone to is there, behind it', async () => {
    const gate = Promise.withResolvers<undefined>();
    const { home, frame, isHeld } = await openSlow(gate.promise);
    frame.type('wg2026-01-01 10:10\r');
    await vi.waitFor(() => expect(isHeld()).toBe(true));
    await write(home, { action: 'DURING' });
    await expect(frame).toShow((lines) => marked(lines).includes('DURING'));
    gate.resolve(undefined);
    await expect(frame).toShow((lines) => marked(lines).includes('N10'));
    await expect(frame).toShow('10 of 21 loaded, from the first');
    frame.press('end');
    await expect(frame).toShow((lines) => marked(lines).includes('DURING'));
  });

  test('a moment before the chosen window takes the window away', async () => {
    const { home, frame } = await openSlow(Promise.resolve());
    await write(home, { action: 'NEW' });
    frame.type('w1');
    await expect(frame).toShow('1 of 1 loaded, from the first');
    await expect(frame).toShow(/ · since \d\d:\d\d:\d\d/);
    frame.type('wg2026-01-01 10:10\r');
    await expect(frame).toShow((lines) => marked(lines).includes('N10'));
    await expect(frame).toShow('10 of 21 loaded, from the first');
    await expect(frame).toShow(/ · all time/);
  });

  test('a moment that can not be read is told, and leaves all as it was', async () => {
    const gate = Promise.withResolvers<undefined>();
    const { frame, isHeld } = await openSlow(gate.promise);
    frame.type('wg2026-01-01 10:10\r');
    await vi.waitFor(() => expect(isHeld()).toBe(true));
    gate.reject(new Error('no such page'));
    await expect(frame).toShow(/ · that time not read: no such page/);
    expect(marked(frame.lines())).toContain('N20');
  });

  test('search goes to the nearest match above, and n and N go from one to the other', async () => {
    const database = await createDatabase('demo');
    for (const actor of ['needle@one', 'plain', 'needle@two', 'plain']) await write(database, { actor });
    const frame = openFrame(await openTestDatabase(database.settings), { pane: 'audit', columns: 80, rows: 24 });
    await expect(frame).toShow((lines) => marked(lines).includes('plain'));
    frame.type('/NEEDLE\r');
    await expect(frame).toShow((lines) => marked(lines).includes('needle@two'));
    frame.press('N');
    await expect(frame).toShow((lines) => marked(lines).includes('needle@one'));
    frame.press('n');
    await expect(frame).toShow((lines) => marked(lines).includes('needle@two'));
    frame.press('esc');
    await expect(frame).toShow((lines) => !lines.join('').includes('/needle'));
    frame.type('/  ');
    await expect(frame).toShow('search in the view');
    frame.type('\r');
    await expect(frame).toShow((lines) => / \d+ of \d+ loaded/.test(lines.join()) && !/\/ +\d+ of \d+ loaded/.test(lines.join()));
  });
});
