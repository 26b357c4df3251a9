import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectionSettings } from '#core/connection-settings.ts';
import type { Database } from '#database/database.ts';
import { type Evidence, readEvidence, runChecks } from '#features/indexes/check.ts';
import { type CheckResult, checkIds, type Finding } from '#features/indexes/finding.ts';
import { readIndexes } from '#features/indexes/indexes.ts';
import type { IndexReading } from '#features/indexes/model.ts';
import { observationOf, scansADay } from '#features/indexes/observed.ts';
import { connectTo, createDatabase } from '../support/cluster.ts';
import { open, until } from '../database/opening.ts';
import { duplicateCases } from './index-cases/duplicates.ts';
import { foreignKeyCases, tenantCases } from './index-cases/missing.ts';
import { namingCases, otherDuplicateCases } from './index-cases/more-duplicates.ts';
import { found, plant, type Planted } from './index-cases/plant.ts';
import { statementCases } from './index-cases/statements.ts';
import { invalidCases, useCases } from './index-cases/use.ts';

const families = {
  duplicates: duplicateCases,
  'more duplicates': otherDuplicateCases,
  names: namingCases,
  'foreign keys': foreignKeyCases,
  tenants: tenantCases,
  use: useCases,
  statements: statementCases,
  'invalid indexes': invalidCases,
};
const cases = Object.values(families).flat();

let settings: ConnectionSettings;
let database: Database;
let planted: Planted;
let reading: IndexReading;
let evidence: Evidence;
let result: CheckResult;

/** The reading as it would be so many days after the counters began. */
function aged(of: IndexReading, days: number): IndexReading {
  const seconds = String(days * 86_400);
  const observation = observationOf({
    reset_at: null,
    reset_age_seconds: null,
    started_at: '2026-01-01 00:00:00+00',
    start_age_seconds: seconds,
    counts_are_kept: true,
  });
  return {
    ...of,
    observation,
    indexes: of.indexes.map((index) => ({ ...index, scansADay: scansADay(index.scans, observation) })),
  };
}

beforeAll(async () => {
  const home = await createDatabase('empty');
  ({ settings } = home);
  database = await open(home.settings, { statementTimeoutMs: 20_000 });
  planted = await plant(home.settings, cases);
  reading = await until(async () => {
    const now = await readIndexes(database);
    const scanned = cases.filter((each) => each.scans !== undefined).map(planted.schemaOf);
    const isCounted = scanned.every((schema) => now.indexes.some((index) => index.schema === schema && index.scans > 0));
    const built = cases.filter((each) => each.building !== undefined).map(planted.schemaOf);
    const isUnderWay = built.every((schema) =>
      now.indexes.some((index) => index.schema === schema && index.isBeingBuilt && !index.isValid),
    );
    return isCounted && isUnderWay && now;
  });
  evidence = await readEvidence(database, reading);
  result = runChecks(aged(reading, 60), evidence);
}, 120_000);
afterAll(() => planted.stop());

test('there are at least a hundred planted cases', () => {
  expect(cases.length).toBeGreaterThanOrEqual(100);
});

describe.for(Object.entries(families))('%s', ([, family]) => {
  test.for(family.map((each) => [each.title, each] as const))('%s', ([, each]) => {
    const schema = planted.schemaOf(each);
    const { findings, not } = found(result, schema);
    expect([...findings.keys()].toSorted()).toEqual([...each.findings].toSorted());
    for (const [subject, words] of Object.entries(each.reasons ?? {})) {
      expect(findings.get(subject)).toContain(words.replaceAll(':schema', schema));
    }
    for (const [subject, words] of Object.entries(each.not ?? {})) expect(`${subject}: ${not.get(subject)}`).toContain(words);
  });
});

test('counters of two days make "unused" a "not yet used", worth a notice, and judge nothing as rare', () => {
  const young = runChecks(aged(reading, 2), evidence);
  const [unused] = young.findings.filter(({ check }) => check === 'unused');
  expect(unused).toMatchObject({
    severity: 'notice',
    reason: expect.stringContaining('not yet used in 2 days: too short for a verdict'),
  });
  expect(young.findings.filter(({ check }) => check === 'rarely-used')).toEqual([]);
  expect(young.blind).toContainEqual({ check: 'rarely-used', because: expect.stringContaining('30 days') });
});

test('only the checks that are asked for are run', () => {
  for (const check of checkIds) {
    const checks = new Set(runChecks(aged(reading, 60), evidence, [check]).findings.map((finding) => finding.check));
    expect([...checks].filter((each) => each !== check)).toEqual([]);
  }
});

test('a role that may not see what others build calls nothing invalid that could be under way', async () => {
  const admin = await connectTo(settings);
  await admin.query(
    `do $$ begin create role narrow login password 'narrow'; exception when duplicate_object or unique_violation then null; end $$`,
  );
  await admin.end();
  const narrow = await open({ ...settings, user: 'narrow', password: () => 'narrow' });
  const { findings, considered } = runChecks(aged(await readIndexes(narrow), 60), evidence, ['invalid']);
  expect(findings).toEqual([]);
  const reasons = considered.map(({ notRaisedBecause }) => notRaisedBecause);
  expect(reasons).toContain('another role is building an index, and this role may not see which');
  expect(reasons).toContain('it is being built, rebuilt or dropped now');
});

test('every finding can be acted on, all of them one after another, and is gone then; and taken back', async () => {
  await planted.stop();
  const admin = await connectTo(settings);
  // Only whoever owns the rows can mend these.
  const findings = result.findings.filter(({ reason }) => !reason.includes('its uniqueness'));
  for (const { sql } of findings) await admin.query(sql);
  await admin.query('analyze; select pg_stat_force_next_flush()');
  const again = await readIndexes(database);
  const left = runChecks(aged(again, 60), await readEvidence(database, again));
  const subject = ({ check, schema, table, index, columns }: Finding): string => [check, schema, table, index, ...columns].join();
  const before = new Set(findings.map(subject));
  expect(left.findings.map(subject).filter((each) => before.has(each))).toEqual([]);
  const made = findings.toReversed().filter(({ check }) => check !== 'invalid');
  for (const { rollbackSql } of made) await admin.query(rollbackSql);
  await admin.end();
  const names = (of: IndexReading): string[] =>
    of.indexes.filter(({ isValid }) => isValid).map(({ schema, name }) => `${schema}.${name}`);
  const restored = new Set(names(await readIndexes(database)));
  expect(names(reading).filter((name) => !restored.has(name))).toEqual([]);
}, 60_000);
