import { AdminError } from '#core/errors.ts';
import type { Database } from '#database/database.ts';
import { type CatalogName, type Reader, type RowOf, statement } from '#database/query.ts';
import { directHost } from '#database/server.ts';
import { needsSession } from '#database/session.ts';
import { titleOf } from '../model.ts';
import type { Action, Job } from './job.ts';
import { findTargetsQuery, listLeftoversQuery } from './queries.ts';

type Row = RowOf<typeof findTargetsQuery>;

/** What is asked for: by oid from a list that was shown, or by name as somebody typed it. */
export interface Wanted {
  readonly kind: 'index' | 'table';
  readonly oids?: readonly string[];
  readonly names?: readonly string[];
}

/**
 * Finds the jobs of an action in the catalog, in the order of the asking. Throws an AdminError: not-found, usage where a name has two meanings,
 * refused where the role may not, the index is left over from an interrupted REINDEX, or concurrent building is impossible.
 */
export async function planJobs(reader: Database, action: Exclude<Action, 'drop'>, wanted: Wanted): Promise<readonly Job[]> {
  const refusal = sessionRefusal(reader);
  if (refusal !== undefined) throw refusal;
  const { kind, oids = [], names = [] } = wanted;
  const rows = await reader.read(statement(findTargetsQuery, { oids: [...oids], names: [...names] }));
  const found = [
    ...oids.map((oid) => only(kind, oid, rows, (row) => row.oid === oid)),
    ...names.map((name) => only(kind, name, rows, ({ schema_name: schema, name: bare }) => isNamed(name, schema, bare))),
  ];
  const once = [...new Map(found.map((row) => [row.oid, row])).values()];
  return once.map((row) => {
    requireRight(reader, action, row);
    if (action === 'reindex' && kind === 'index') requireRebuildable(row);
    return { action, target: targetFrom(row) };
  });
}

/** What nobody works on and can be dropped, and what this role may not drop. */
export interface Leftovers {
  readonly jobs: readonly Job[];
  readonly bytes: ReadonlyMap<string, number | null>;
  readonly kept: readonly { readonly title: string; readonly why: string }[];
}

/** All that interrupted REINDEXes left behind in this database, or what of it `names` says. Throws an AdminError (not-found). */
export async function findLeftovers(reader: Reader, names: readonly string[] = []): Promise<Leftovers> {
  const rows = await reader.read(statement(listLeftoversQuery, {}));
  const missing = names.find((name) => !rows.some((row) => isNamed(name, row.schema_name, row.name)));
  if (missing !== undefined) {
    throw new AdminError({
      kind: 'not-found',
      code: 'not-left-over',
      whatHappened: `No invalid index ${missing} is left over from an interrupted REINDEX.`,
      whatToDo: 'Without a name, indexes clean --dry-run lists all that are.',
    });
  }
  const asked = names.length === 0 ? rows : rows.filter((row) => names.some((name) => isNamed(name, row.schema_name, row.name)));
  const title = (row: (typeof rows)[number]): string => titleOf({ schema: row.schema_name, name: row.name });
  const mayDrop = asked.filter((row) => row.is_owner && !row.is_worked_on);
  return {
    jobs: mayDrop.map((row) => ({ action: 'drop', target: targetFrom({ ...row, kind: 'index' }) })),
    bytes: new Map(mayDrop.map((row) => [row.oid, row.index_bytes === null ? null : Number(row.index_bytes)])),
    kept: asked
      .filter((row) => !mayDrop.includes(row))
      .map((row) => ({
        title: title(row),
        why: row.is_worked_on ? 'somebody works on it now' : `it belongs to ${row.owner}: connect as that role`,
      })),
  };
}

function targetFrom(
  row: Pick<Row, 'kind' | 'oid' | 'schema_name' | 'name' | 'table_oid' | 'table_schema' | 'table_name'>,
): Job['target'] {
  return {
    kind: row.kind,
    oid: row.oid,
    schema: row.schema_name as CatalogName,
    name: row.name as CatalogName,
    title: titleOf({ schema: row.schema_name, name: row.name }),
    tableOid: row.table_oid,
    table: titleOf({ schema: row.table_schema, name: row.table_name }),
  };
}

const isNamed = (asked: string, schema: string, name: string): boolean =>
  asked === `${schema}.${name}` || (schema === 'public' && asked === name);

function only(kind: Wanted['kind'], asked: string, rows: readonly Row[], fits: (row: Row) => boolean): Row {
  const [found, second] = rows.filter((row) => row.kind === kind && fits(row));
  if (found !== undefined && second === undefined) return found;
  if (found !== undefined && second !== undefined) {
    const titles = [found, second].map((row) => `schema ${row.schema_name}, name ${row.name}`);
    throw new AdminError({
      kind: 'usage',
      code: 'ambiguous-name',
      whatHappened: `${asked} can be two: ${titles.join('; or ')}.`,
      whatToDo: 'Rename one of them, or choose it in the console.',
    });
  }
  const other = rows.find(fits);
  throw new AdminError({
    kind: 'not-found',
    code: `no-${kind}`,
    whatHappened:
      other === undefined ? `There is no ${kind} ${asked}.` : `${asked} is ${other.kind === 'index' ? 'an index' : 'a table'}.`,
    whatToDo:
      other !== undefined
        ? 'reindex takes indexes, and tables with --table; analyze and vacuum take tables.'
        : 'Give its name, and its schema where that is not public: schema.name. indexes list shows all.',
  });
}

function requireRight({ server }: Database, action: Action, row: Row): void {
  if (action === 'reindex' ? row.may_reindex : row.may_vacuum) return;
  const table = titleOf({ schema: row.table_schema, name: row.table_name });
  const doing = {
    reindex: 'rebuild indexes of',
    analyze: 'analyze',
    vacuum: 'vacuum',
    'vacuum-analyze': 'vacuum',
    drop: 'drop indexes of',
  }[action];
  const hasMaintain = Number.parseInt(server.version, 10) >= 17;
  throw new AdminError({
    kind: 'refused',
    code: 'not-owner',
    whatHappened: `The role ${server.roleName} may not ${doing} ${table}: it belongs to ${row.owner}.`,
    whatToDo: `Nothing was done. Connect as ${row.owner}${hasMaintain ? `, or have MAINTAIN on it granted to ${server.roleName}` : ''}.`,
  });
}

function requireRebuildable(row: Row): void {
  const title = titleOf({ schema: row.schema_name, name: row.name });
  if (row.is_exclusion) {
    throw new AdminError({
      kind: 'refused',
      code: 'exclusion-constraint',
      whatHappened: `${title} is of an exclusion constraint, which PostgreSQL can not rebuild concurrently.`,
      whatToDo:
        'Nothing was done. REINDEX INDEX without CONCURRENTLY locks the table while it runs: a migration for a quiet hour.',
    });
  }
  if (!row.is_valid && !row.is_partitioned && /_cc(new|old)\d*$/.test(row.name)) {
    throw new AdminError({
      kind: 'refused',
      code: 'left-over',
      whatHappened: `${title} is what an interrupted REINDEX left behind, not an index to rebuild.`,
      whatToDo: 'Nothing was done. Drop it with indexes clean; then rebuild the index itself.',
    });
  }
}

/** Why the route or the server can not do any of this; undefined where they can. */
function sessionRefusal({ server }: Pick<Database, 'server'>): AdminError | undefined {
  if (server.isStandby) {
    return new AdminError({
      kind: 'refused',
      code: 'standby',
      whatHappened: 'This server is a standby: what is done to indexes and tables is done on the primary.',
      whatToDo: 'Nothing was done. Connect to the primary.',
    });
  }
  return server.route === 'pooled' ? needsSession('Maintenance', directHost(server)) : undefined;
}

/** Why the route can not do any of this, in so few words that the host to use is seen on a narrow screen; a standby is read-only anyhow. */
export function whyNoSession({ server }: Pick<Database, 'server'>): string | undefined {
  if (server.isStandby) return undefined;
  if (server.route !== 'pooled') return undefined;
  const host = directHost(server);
  return host === undefined ? 'connect to the server itself, not to a transaction pooler' : `connect directly to ${host}:5432`;
}
