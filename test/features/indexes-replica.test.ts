import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '#database/database.ts';
import { type Server, startServer } from '#demo/server.ts';
import { runChecks } from '#features/indexes/check.ts';
import { readIndexes } from '#features/indexes/indexes.ts';
import type { IndexReading } from '#features/indexes/model.ts';
import { observationOf } from '#features/indexes/observed.ts';
import { connectTo } from '../support/cluster.ts';
import { primarySettings, type Standby, startStandby, whyNoStandby } from '../support/standby.ts';
import { open, until } from '../database/opening.ts';

const noEvidence = { bloats: new Map(), statements: { statements: [], blind: [] } };
const binaryDirectory = process.env['TEST_POSTGRES_BIN'];

describe.skipIf(whyNoStandby !== undefined)('with a standby', () => {
  let server: Server;
  let standby: Standby;
  let primary: Database;
  let replica: Database;

  beforeAll(async () => {
    server = await startServer({
      tcp: { port: 0 },
      settings: { ...primarySettings, track_commit_timestamp: 'on' },
      ...(binaryDirectory && { binaryDirectory }),
    });
    const admin = await connectTo(server.connection('postgres', 'tcp'));
    await admin.query(`
      create table t (a int, b int); insert into t select n, n from generate_series(1, 3000) as n;
      create index idx_t_a on t (a); create index idx_t_b on t (b); analyze t`);
    await admin.query('create database other');
    await admin.end();
    standby = await startStandby(server);
    [primary, replica] = await Promise.all([open(server.connection('postgres', 'tcp')), open(standby.connection('postgres'))]);
    const reader = await connectTo(standby.connection('postgres'));
    await reader.query('set enable_seqscan = off');
    for (let scan = 0; scan < 5; scan += 1) await reader.query(`select 1 from t where a = ${scan}`);
    await reader.end();
  }, 60_000);
  afterAll(async () => {
    await Promise.all([primary?.close(), replica?.close()]);
    await standby?.stop();
    await server?.stop();
  });

  const read = (): Promise<IndexReading> => readIndexes(primary, { replicas: [{ name: 'standby:1', reader: replica }] });
  const aged = (reading: IndexReading): IndexReading => ({
    ...reading,
    indexes: reading.indexes.map((index) => ({ ...index, changedAgeSeconds: null })),
    observation: observationOf({
      reset_at: null,
      reset_age_seconds: null,
      started_at: '2026-01-01 00:00:00+00',
      start_age_seconds: String(60 * 86_400),
      counts_are_kept: true,
    }),
  });
  const unused = (reading: IndexReading): (string | null)[] =>
    runChecks(aged(reading), noEvidence, ['unused']).findings.map(({ index }) => index);

  test('its scans are added, and shown apart; what only it uses is not unused', async () => {
    const alone = await readIndexes(primary);
    expect(unused(alone)).toEqual(expect.arrayContaining(['idx_t_a', 'idx_t_b']));
    const both = await until(async () => {
      const reading = await read();
      return reading.indexes.find(({ name }) => name === 'idx_t_a')!.scans >= 5 && reading;
    });
    expect(both.indexes.find(({ name }) => name === 'idx_t_a')).toMatchObject({
      scans: 5,
      scansByServer: [
        { server: 'primary', scans: 0 },
        { server: 'standby:1', scans: 5 },
      ],
    });
    expect(both.servers.map((each) => each.server)).toEqual(['primary', 'standby:1']);
    expect(unused(both)).toEqual(['idx_t_b']);
    expect(runChecks(aged(both), noEvidence, ['unused']).findings[0]?.reason).toContain('on 2 servers');
  });

  test('one that is given twice, by whatever name, is not counted twice', async () => {
    const twice = [
      { name: 'standby:1', reader: replica },
      { name: 'alias:2', reader: replica },
    ];
    await expect(readIndexes(primary, { replicas: twice })).rejects.toMatchObject({
      code: 'same-replica',
      message: 'alias:2 is the same server as standby:1: its scans would count twice.',
    });
  });

  test('the youngest counters decide', async () => {
    const reading = await read();
    expect(reading.observation.seconds).toBe(Math.min(...reading.servers.map(({ observation }) => observation.seconds)));
  });

  test('the primary itself is no replica: its scans would count twice', async () => {
    await expect(readIndexes(primary, { replicas: [{ name: 'x', reader: primary }] })).rejects.toMatchObject({
      code: 'not-a-replica',
    });
  });

  test('another database or server is no replica', async () => {
    const other = await open(standby.connection('other'));
    await expect(readIndexes(primary, { replicas: [{ name: 'x', reader: other }] })).rejects.toMatchObject({
      kind: 'configuration',
      code: 'not-a-replica',
    });
  });

  test('where commit times are kept, an index of yesterday has not been seen unused for longer', async () => {
    const reading = await read();
    const [index] = reading.indexes.filter(({ name }) => name === 'idx_t_b');
    expect(index?.changedAgeSeconds).toBeGreaterThanOrEqual(0);
    expect(index?.changedAgeSeconds).toBeLessThan(600);
    const old = { ...aged(reading), indexes: reading.indexes };
    const [finding] = runChecks(old, noEvidence, ['unused']).findings.filter((each) => each.index === 'idx_t_b');
    expect(finding).toMatchObject({ severity: 'notice', reason: expect.stringContaining('not yet used in less than a day') });
  });
});
