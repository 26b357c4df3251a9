import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { everyEntry } from '#features/audit/filter.ts';
import { tailLines } from '#features/audit/tail.ts';
import { insertInto } from './audit-following.ts';
import { openLog } from './audit-log.ts';

test('without follow it ends with what was there when it began, however slow its reader is and whatever comes meanwhile', async () => {
  const log = await openLog('demo');
  const directory = mkdtempSync(join(tmpdir(), 'aisha-console-tail-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const context = {
    reader: log.database,
    source: log.source,
    signal: new AbortController().signal,
    narrate: () => undefined,
    onMasked: () => undefined,
  };
  const history = { lines: 0, since: undefined };
  const request = {
    filter: everyEntry,
    history,
    follows: false,
    cursorFile: join(directory, 'cursor'),
    reveals: false,
    isJson: true,
  };
  /** Takes its time with each chunk, longer than it is from one poll to the next, while another entry is written. */
  const run = async (): Promise<string[]> => {
    const ids: string[] = [];
    for await (const lines of tailLines(context, request)) {
      ids.push(...lines.map((line) => (JSON.parse(line) as { id: string }).id));
      later.push(...(await insertInto(log.admin)));
      await pause(1100);
      if (ids.length > 4) break;
    }
    return ids;
  };
  const later: string[] = [];
  expect(await run()).toEqual([]);
  const first = await insertInto(log.admin, 2);
  expect((await run()).toSorted()).toEqual(first.toSorted());
  const [next] = later;
  expect(await run()).toEqual([next]);
});
