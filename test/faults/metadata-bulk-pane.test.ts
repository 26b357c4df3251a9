import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { acme, dryRun, fillSheets, giveReason, makeSheets, openSheets, tiers } from '../console/metadata-bulk-frame.ts';
import { confirmed } from '../console/metadata-frame.ts';
import { type Desk, entries, openDesk } from '../features/metadata-saving.ts';
import { pressDeliberately } from '../journeys/opening.ts';
import type { ConsoleFrame } from '../support/console-frame.tsx';
import { startProxy } from '../support/proxy.ts';

const rows = 60;
const shows = (text: string) => (lines: readonly string[]) => lines.join('\n').includes(text);

describe.for(['demo', 'production through PgBouncer'] as const)('a bulk change that runs in the pane, on %s', (way) => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk(way);
    await makeSheets(desk);
    // Slow enough for somebody to do something meanwhile.
    await desk.admin
      .query(`create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(0.05); return new; end $$;
      create trigger slow before update on a_sheet for each row execute function slow()`);
  });

  async function running(settings = desk.settings): Promise<ConsoleFrame> {
    await fillSheets(desk, rows);
    const frame = await openSheets(settings);
    await dryRun(frame, ['/tier = "Silver"'], true);
    await giveReason(frame, 'ticket 9');
    await confirmed(frame, 'running');
    return frame;
  }
  const silver = async (): Promise<number> => (await tiers(desk))['"Silver"'] ?? 0;
  const isUnderWay = async (): Promise<void> => {
    await expect.poll(silver).toBeGreaterThan(2);
  };

  test('is stopped by a key between two rows, and resumed to its end under the same id', async () => {
    const frame = await running();
    await isUnderWay();
    frame.press('s');
    await frame.waitFor('Stopped. What is done is done and on record');
    const done = await silver();
    expect(done).toBeLessThan(rows);
    await frame.waitFor(`${done} changed, 0 unchanged, 0 failed`);
    await pressDeliberately(frame, 'r', shows('running'));
    await frame.waitFor(`${rows - done} changed, 0 unchanged, ${done} done before, 0 failed`);
    expect(await silver()).toBe(rows);
    expect(new Set((await entries(desk)).map(({ edit }) => edit['bulk_id'])).size).toBe(1);
  });

  test('goes on while other panes are used, says when it is done, and B shows it', async () => {
    const frame = await running();
    frame.press('esc', '1');
    await frame.waitFor(/> Acme Corporation/);
    frame.press('j');
    await frame.waitFor(/^ > (?!Acme Corporation)/);
    await frame.waitFor(`Bulk change of a_sheet.metadata is done: ${rows} changed`);
    frame.press('5');
    await frame.waitFor('B bulk change');
    frame.press('B');
    await frame.waitFor(/Done\./);
    expect(await silver()).toBe(rows);
  });

  test('asks when the console is left, and stops before it is', async () => {
    const frame = await running();
    await isUnderWay();
    frame.press('esc', 'q');
    await frame.waitFor('Leave the console: a bulk change is running');
    frame.press('s');
    await frame.waitFor((lines) => !shows('Leave the console')(lines));
    expect(frame.quits).toEqual([]);
    frame.press('q');
    await frame.waitFor('Leave the console: a bulk change is running');
    frame.press('l');
    await expect.poll(() => frame.quits).toEqual([0]);
    const done = await silver();
    expect(done).toBeLessThan(rows);
    expect(await entries(desk)).toHaveLength(done);
  });

  test('that loses its connection stops, says what was done, and is resumed when it is back', async () => {
    const proxy = await startProxy(desk.settings);
    onTestFinished(() => proxy.close());
    const frame = await running({ ...desk.settings, host: '127.0.0.1', port: proxy.port });
    await isUnderWay();
    await proxy.refuse();
    await frame.waitFor('Stopped by a failure.');
    await frame.waitFor(/Later, or in another console: :bulk [0-9a-f-]{36}/);
    const done = await silver();
    expect(done).toBeLessThan(rows);
    expect(await entries(desk)).toHaveLength(done);
    await proxy.resume();
    await frame.waitFor((lines) => !shows('CONNECTION LOST')(lines));
    await pressDeliberately(frame, 'r', shows('running'));
    await frame.waitFor(`${done} done before, 0 failed`);
    await frame.waitFor(/Done\./);
    expect([await silver(), (await entries(desk)).length]).toEqual([rows, rows]);
  });

  test('stays within the tenant that was pinned when it began', async () => {
    await fillSheets(desk, rows);
    const frame = await openSheets(desk.settings, { tenant: acme[desk.shape] });
    await dryRun(frame, ['/tier = "Silver"']);
    await giveReason(frame, 'ticket 9');
    await confirmed(frame, 'running');
    frame.session.tenant.set(undefined);
    await frame.waitFor(/Done\./);
    expect(await tiers(desk)).toEqual({ '"Gold"': rows / 2, '"Silver"': rows / 2 });
  });
});
