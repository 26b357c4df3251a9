import type { Client } from 'pg';
import type { ConnectionSettings } from '#core/connection-settings.ts';
import type { CheckResult, Subject } from '#features/indexes/finding.ts';
import { connectTo } from '../../support/cluster.ts';
import type { IndexCase } from './case.ts';

/** What is under way as long as the checks look. */
export interface Planted {
  readonly schemaOf: (planted: IndexCase) => string;
  stop(): Promise<void>;
}

/** Makes every case in a schema of its own, scans and statements included, and keeps what is to be under way so. */
export async function plant(settings: ConnectionSettings, cases: readonly IndexCase[]): Promise<Planted> {
  const admin = await connectTo(settings);
  await admin.query('create schema extensions; create extension pg_stat_statements schema extensions');
  const schemaOf = (planted: IndexCase): string => `case_${cases.indexOf(planted)}`;
  for (const planted of cases) await makeCase(admin, schemaOf(planted), planted);
  await admin.query('set search_path = public; analyze');
  await admin.query('select pg_stat_force_next_flush()');
  await admin.end();
  const builders: Client[] = [];
  const blockers: Client[] = [];
  const building: Promise<unknown>[] = [];
  for (const planted of cases) {
    if (planted.building === undefined) continue;
    const [blocker, builder] = await Promise.all([connectTo(settings), connectTo(settings)]);
    for (const client of [blocker, builder]) await client.query(`set search_path = ${schemaOf(planted)}`);
    await blocker.query('begin');
    await blocker.query(planted.building.holding);
    building.push(builder.query(planted.building.statement).catch((error: unknown) => error));
    blockers.push(blocker);
    builders.push(builder);
  }
  return {
    schemaOf,
    async stop() {
      if (blockers.length === 0) return;
      for (const blocker of blockers.splice(0)) await blocker.end();
      await Promise.all(building);
      for (const builder of builders) await builder.end();
    },
  };
}

async function makeCase(admin: Client, schema: string, planted: IndexCase): Promise<void> {
  await admin.query(`create schema ${schema}; create schema ${schema}_other; set search_path = ${schema}, public`);
  await admin.query(planted.sql.replaceAll(':other', `${schema}_other`));
  for (const statement of planted.alone ?? []) await admin.query(statement).catch(() => undefined);
  await admin.query('set enable_seqscan = off; set enable_bitmapscan = off');
  for (const scan of planted.scans ?? []) await admin.query(scan.replaceAll(':schema', schema));
  await admin.query('reset enable_seqscan; reset enable_bitmapscan');
  for (const statement of planted.frequently ?? []) {
    for (let run = 0; run < 100; run += 1) await admin.query(statement.replaceAll(':schema', schema));
  }
}

/** What was found in a case's schemas, as the cases write it, with its reasons. */
export function found(
  result: CheckResult,
  schema: string,
): { readonly findings: Map<string, string>; readonly not: Map<string, string> } {
  const told = (subject: Subject): string => {
    const table = `${subject.schema === schema ? '' : 'other.'}${subject.table}`;
    return `${subject.check} ${table}${subject.index === null ? `(${subject.columns.join()})` : `.${subject.index}`}`;
  };
  const mine = (subject: Subject): boolean => subject.schema === schema || subject.schema === `${schema}_other`;
  return {
    findings: new Map(result.findings.filter(mine).map((finding) => [told(finding), finding.reason])),
    not: new Map(result.considered.filter(mine).map((each) => [told(each), each.notRaisedBecause])),
  };
}
