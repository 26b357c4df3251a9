import type { Client } from 'pg';
import { afterAll, onTestFinished } from 'vitest';
import type { Author } from '#core/author.ts';
import type { ConnectionSettings } from '#core/connection-settings.ts';
import { AdminError } from '#core/errors.ts';
import { parseJson } from '#core/json/parse.ts';
import type { Catalog } from '#database/catalog.ts';
import type { Database } from '#database/database.ts';
import { type DocumentPlace, findDocumentColumn, placeOf } from '#features/metadata/documents.ts';
import { type EditRequest, saveDocument, type SaveOutcome } from '#features/metadata/save.ts';
import { open } from '../database/opening.ts';
import { connectTo, createDatabase, type TestDatabase } from '../support/cluster.ts';
import { startPgBouncer } from '../support/pgbouncer.ts';

/** How the tests reach a database: its shape, and whether PgBouncer in transaction mode is in between. */
export type Way = 'demo' | 'production' | 'demo through PgBouncer' | 'production through PgBouncer';
export const ways: readonly Way[] = ['demo', 'production', 'demo through PgBouncer', 'production through PgBouncer'];

/** A database that metadata is edited in, from both sides: the console's own connections and a plain one of the test's. */
export interface Desk {
  readonly home: TestDatabase;
  readonly shape: 'demo' | 'production';
  /** By which the console reaches it: through PgBouncer where there is one. */
  readonly settings: ConnectionSettings;
  readonly admin: Client;
  readonly database: Database;
  /** Read anew: tests make tables. */
  readonly catalog: () => Promise<Catalog>;
}

export const writing = { state: 'writing', lockedAtMs: undefined } as const;

export const author: Author = { operator: 'olga', host: 'desk.example', sshClient: '203.0.113.9', version: '9.9.9' };

// Registered here, when the file is read: an afterAll inside a hook or a test is never run.
const closings: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closings) await close();
});

/** Opens a database of its own; everything is closed at the end of the file. */
export async function openDesk(way: Way): Promise<Desk> {
  const shape = way.startsWith('demo') ? 'demo' : 'production';
  const home = await createDatabase(shape);
  const pooler = way.endsWith('PgBouncer') ? await startPgBouncer({ target: home.settings }) : undefined;
  const admin = await connectTo(home.settings);
  const settings = pooler?.settings ?? home.settings;
  const database = await open(settings, { access: writing });
  closings.push(
    () => admin.end(),
    () => pooler?.stop() ?? Promise.resolve(),
  );
  return { home, shape, settings, admin, database, catalog: () => database.catalog({ refresh: true }) };
}

/** The legacy slug or the UUID of Acme, as rows of this shape say whose they are. */
export const acme = { demo: 'f47ac10b-58cc-4372-a567-0e02b2c3d479', production: 'acme-corp' } as const;

/** A new contact of Acme with this document; gives its id. */
export async function addContact({ admin, shape }: Desk, document: string | null): Promise<string> {
  const { rows } = await admin.query<{ id: string }>(
    `insert into contacts (tenant_id, first_name, last_name, metadata) values ($1, 'Edited', 'Contact', $2::jsonb) returning id`,
    [acme[shape], document],
  );
  return rows[0]!.id;
}

export async function placeIn(desk: Desk, id: string, table = 'contacts', column?: string): Promise<DocumentPlace> {
  return placeOf(findDocumentColumn(await desk.catalog(), table, column), id);
}

/** What the row holds, as ::text. */
export async function stored({ admin }: Desk, id: string, table = 'contacts'): Promise<string | null> {
  const { rows } = await admin.query<{ text: string | null }>(`select metadata::text as text from ${table} where id::text = $1`, [
    id,
  ]);
  return rows[0]!.text;
}

/** Saves as the pane does, from and to JSON text. */
export async function save(
  desk: Desk,
  place: DocumentPlace | string,
  base: string,
  mine: string,
  more: Partial<Omit<EditRequest, 'base' | 'mine'>> = {},
): Promise<SaveOutcome> {
  const request = { reason: 'ticket 4711', author, ...more, base: parseJson(base), mine: parseJson(mine) };
  const where = typeof place === 'string' ? await placeIn(desk, place) : place;
  return saveDocument(desk.database, await desk.catalog(), where, request);
}

/** A metadata edit in the audit log, whatever its shape. Documents are jsonb as pg parses it. */
export interface Entry {
  readonly id: string;
  readonly action: string;
  readonly table: string;
  readonly record: string | null;
  readonly tenant: string | null;
  readonly operator: string;
  readonly at: string;
  readonly before: Record<string, unknown>;
  readonly after: Record<string, unknown>;
  readonly edit: Record<string, unknown>;
}

const entryColumns = {
  demo: `id, action, table_name as table, record_id::text as record, new_data ->> 'tenant_id' as tenant, changed_by as operator,
    changed_at::text as at, old_data - 'tenant_id' as before, new_data - 'edit' - 'tenant_id' as after, new_data -> 'edit' as edit`,
  production: `id, action, entity_type as table, entity_id as record, tenant_id as tenant, user_email as operator,
    created_at::text as at, changes -> 'before' as before, changes -> 'after' as after, changes -> 'edit' as edit`,
};

/** The metadata edits on record, oldest first; of one record, or all. */
export async function entries({ admin, shape }: Desk, record?: string): Promise<readonly Entry[]> {
  const edit = shape === 'demo' ? `new_data -> 'edit'` : `changes -> 'edit'`;
  const { rows } = await admin.query<Entry>(
    `select ${entryColumns[shape]} from audit_log
     where action = 'METADATA_EDIT' and ($1::text is null or ${edit} ->> 'record_id' = $1)
     order by ${shape === 'demo' ? 'changed_at' : 'created_at'}, id`,
    [record ?? null],
  );
  return rows;
}

/** Makes something for one test alone. */
export async function during({ admin }: Desk, make: string, undo: string): Promise<void> {
  await admin.query(make);
  onTestFinished(async () => void (await admin.query(undo)));
}

/** Waits for a failure that is expected, and gives it. */
export async function failure(work: Promise<unknown>): Promise<AdminError> {
  const thrown: unknown = await work.then(
    (value) => new Error(`Nothing was thrown, but ${JSON.stringify(value).slice(0, 500)} given`),
    (error: unknown) => error,
  );
  if (thrown instanceof AdminError) return thrown;
  throw thrown;
}
