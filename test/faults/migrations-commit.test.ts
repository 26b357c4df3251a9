import { expect, onTestFinished, test } from 'vitest';
import { open, until } from '../database/opening.ts';
import { writing } from '../features/metadata-saving.ts';
import { history, openYard, runFiles } from '../features/migration-running.ts';
import { startProxy } from '../support/proxy.ts';
import { startCommitProxy } from './commit-proxy.ts';
import { journal, journalRows, standStillAt, wholeFile, wholeRows } from './migration-stops.ts';

/** Runs a file over a network that holds its COMMIT back. */
async function runHeld(text: string, holds?: RegExp) {
  const yard = await openYard();
  await yard.admin.query(journal);
  const proxy = await startCommitProxy(yard.home.settings, holds);
  const database = await open({ ...yard.home.settings, port: proxy.port }, { access: writing });
  const running = runFiles(database, { '1.sql': text });
  await proxy.held;
  return { yard, proxy, running };
}

const stepped = `BEGIN;\n${wholeFile}COMMIT;\n`;

test.for([
  ['one transaction', wholeFile],
  ['a transaction of its own', stepped],
] as const)('%s: COMMIT arrives after the connection was lost: applied', async ([, text]) => {
  const { yard, proxy, running } = await runHeld(text);
  proxy.loseClient();
  await proxy.askedAgain;
  proxy.deliver();
  expect((await running).results).toMatchObject([{ state: 'applied', failure: undefined }]);
  expect([await journalRows(yard.admin), (await history(yard))['1.sql']?.success]).toEqual([wholeRows, true]);
});

test.for([
  ['one transaction', wholeFile],
  ['a transaction of its own', stepped],
] as const)('%s: COMMIT never arrives: failed, and nothing of it is there', async ([, text]) => {
  const { yard, proxy, running } = await runHeld(text);
  proxy.loseClient();
  await proxy.askedAgain;
  proxy.loseServer();
  const { results } = await running;
  expect(results).toMatchObject([{ state: 'failed', failure: { message: expect.stringContaining('nothing was committed') } }]);
  expect([await journalRows(yard.admin), (await history(yard))['1.sql']?.success]).toEqual([[], false]);
  await until(async () => (await runFiles(yard.database, { '1.sql': text })).results[0]?.state === 'applied');
  expect(await journalRows(yard.admin)).toEqual(wholeRows);
});

test('an index is built, and the connection is lost with what is sent next: it is not built again', async () => {
  const text = `insert into journal values (1);\ncreate index concurrently idx_journal on journal (n);\ninsert into journal values (2);\n`;
  const { yard, proxy, running } = await runHeld(text, /set lock_timeout = 1000/);
  proxy.loseClient();
  proxy.loseServer();
  expect((await running).results).toMatchObject([{ state: 'failed', doneStatements: 2 }]);
  const again = () => runFiles(yard.database, { '1.sql': text }, { limits: { waitMs: 5000 } });
  expect((await again()).results).toMatchObject([{ state: 'applied', resumedAt: 3, failure: undefined }]);
  expect(await journalRows(yard.admin)).toEqual([1, 2]);
});

test('a failure that is written down late is not written over the success of another console', async () => {
  const yard = await openYard();
  await yard.admin.query(journal);
  const proxy = await startProxy(yard.home.settings);
  onTestFinished(() => proxy.close());
  const database = await open({ ...yard.home.settings, port: proxy.port }, { access: writing });
  const still = await standStillAt(yard.home.settings, '20');
  const cutOff = runFiles(database, { '1.sql': wholeFile });
  await still.reached();
  await proxy.refuse();
  await still.release();
  const other = await runFiles(yard.database, { '1.sql': wholeFile }, { limits: { waitMs: 10_000 } });
  await proxy.resume();
  expect([other.results, (await cutOff).results].map(([result]) => result?.state)).toEqual(['applied', 'applied']);
  expect([await journalRows(yard.admin), (await history(yard))['1.sql']?.success]).toEqual([wholeRows, true]);
});
