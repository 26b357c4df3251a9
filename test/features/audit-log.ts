import type { Client } from 'pg';
import type { Database } from '#database/database.ts';
import { type AuditSource, auditSourceOf } from '#features/audit/source.ts';
import { open } from '../database/opening.ts';
import { connectTo, createDatabase, type TestDatabase } from '../support/cluster.ts';

/** The two shapes of audit log: the manual's and production's. */
export type Shape = 'demo' | 'production';
export const shapes: readonly Shape[] = ['demo', 'production'];

/** A database with its audit log to be read. */
export interface Log {
  readonly shape: Shape;
  readonly home: TestDatabase;
  readonly admin: Client;
  readonly database: Database;
  readonly source: AuditSource;
}

/** Opens a database of this shape; `prepare` runs before the catalog is read, so that it may change the table. */
export async function openLog(shape: Shape, prepare?: (admin: Client) => Promise<unknown>): Promise<Log> {
  const home = await createDatabase(shape);
  const admin = await connectTo(home.settings);
  await prepare?.(admin);
  const database = await open(home.settings);
  return { shape, home, admin, database, source: await sourceOf(database) };
}

/** The audit log as the catalog has it now. */
export async function sourceOf(database: Database): Promise<AuditSource> {
  const source = auditSourceOf(await database.catalog({ refresh: true }));
  if (source === undefined) throw new Error('this database has no audit log');
  return source;
}
