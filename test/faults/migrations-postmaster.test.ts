import { describe, expect, onTestFinished, test } from 'vitest';
import { startServer } from '#demo/server.ts';
import { migrationFile } from '#features/migrations/folder.ts';
import { readStatus } from '#features/migrations/migrations.ts';
import { listLockHolders } from '#features/migrations/run/lock.ts';
import { open, until } from '../database/opening.ts';
import { writing } from '../features/metadata-saving.ts';
import { history, historyTable, runFiles } from '../features/migration-running.ts';
import { canRestart, postmasterOf } from '../support/postmaster.ts';
import {
  journal,
  journalRows,
  patientClient,
  standStillAt,
  steppedFile,
  steppedRows,
  wholeFile,
  wholeRows,
} from './migration-stops.ts';

describe.skipIf(!canRestart)('kill -9 of the postmaster (needs /proc)', () => {
  test.for([
    ['one transaction', '1_whole.sql', wholeFile, '20', wholeRows],
    ['one transaction, at COMMIT', '1_whole.sql', wholeFile, '11', wholeRows],
    ['statement by statement', '2_stepped.sql', steppedFile, '31', steppedRows],
    ['an index that is being built', '2_stepped.sql', steppedFile, 'index', steppedRows],
  ] as const)(
    '%s: the next status is right, and the next apply completes',
    { timeout: 60_000 },
    async ([, name, text, point, rows]) => {
      const server = await startServer({ tcp: { port: 0 }, settings: { synchronous_commit: 'on', deadlock_timeout: '1min' } });
      onTestFinished(() => server.stop());
      const postmaster = postmasterOf(server);
      onTestFinished(() => postmaster.stop());
      const settings = { ...server.connection('postgres', 'tcp'), password: () => server.password };
      const admin = await patientClient(settings);
      await admin.query(`${journal}; ${historyTable}`);
      const database = await open(settings, { access: writing });
      const still = await standStillAt(settings, point);
      const running = runFiles(database, { [name]: text });
      await still.reached();
      postmaster.kill();
      await still.release();
      const [result] = await Promise.all([running, postmaster.start()]).then(([{ results }]) => results);
      // A process may come through its COMMIT before it notices that the postmaster is gone.
      expect(result?.state).toMatch(/^(failed|unknown|applied)$/);
      const again = await patientClient(settings);
      const folder = { directory: '', files: [migrationFile(name, Buffer.from(text))] };
      const { migrations } = await until(async () => {
        const holders = await listLockHolders(database).catch(() => undefined);
        return holders && readStatus(database, folder, { lockHolders: holders.map(({ backendPid }) => backendPid) });
      });
      expect(migrations.map(({ state }) => state)).toEqual([result?.state]);
      const between = await journalRows(again);
      const isUndone = text === wholeFile && result?.state !== 'applied';
      expect(between).toEqual(isUndone ? [] : between);
      const { results } = await runFiles(database, { [name]: text }, { limits: { waitMs: 5000 } });
      expect(results).toMatchObject([{ state: result?.state === 'applied' ? 'already-applied' : 'applied', failure: undefined }]);
      expect([await journalRows(again), (await history({ admin: again }))[name]?.success]).toEqual([rows, true]);
      await again.end();
    },
  );
});
