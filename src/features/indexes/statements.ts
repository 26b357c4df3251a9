import { AdminError, messageOf } from '#core/errors.ts';
import { maskSql } from '#core/mask-sql.ts';
import { type CatalogName, type Reader, type ReadOptions, statement } from '#database/query.ts';
import { loadParser, type RawStatement, SqlSyntaxError } from '#database/sql-parser.ts';
import { namesIn, type StatementNames } from './explain/names.ts';
import type { IndexedTable, IndexReading } from './model.ts';
import { listStatementsQuery } from './queries.ts';
import { type FindTable, type TableUse, tableUses } from './statement-uses.ts';

/** A statement that has run, as pg_stat_statements tells it, and what it asks of tables. */
export interface SeenStatement {
  readonly text: string;
  readonly calls: number;
  readonly totalMs: number;
  readonly meanMs: number;
  /** Of the time that all statements took together, from 0 to 1. */
  readonly share: number;
  /** Only this role has run it. */
  readonly isOwn: boolean;
  readonly uses: readonly TableUse[];
  readonly names: StatementNames;
}

/** What could be seen of the statements that run, and what could not. */
export interface SeenStatements {
  readonly statements: readonly SeenStatement[];
  /** Why nothing, or not all of it, was seen; a sentence each. */
  readonly blind: readonly string[];
}

/**
 * A statement in one line as it may be shown: constants are mostly gone from it, and what is left of secrets is masked. They are left in
 * utility statements, and where pg_stat_statements had forgotten a statement before it ended.
 */
export function shownText({ text }: Pick<SeenStatement, 'text'>): string {
  // Masked first: in one line all that follows a comment would be one.
  return maskSql(text).replaceAll(/\s+/g, ' ').trim();
}

/** So many of those that took most time are looked at. */
const mostStatements = 500;

/** Reads and parses the statements that took most time; where the server can not or will not tell of them, says why. */
export async function readStatements(database: Reader, reading: IndexReading, options?: ReadOptions): Promise<SeenStatements> {
  if (reading.statementsSchema === null) {
    return {
      statements: [],
      blind: [
        'the extension pg_stat_statements is not installed in this database, so that no statements are known: CREATE EXTENSION pg_stat_statements ' +
          'adds it (Supabase: Database, Extensions) where the server loads it at its start (shared_preload_libraries)',
      ],
    };
  }
  const schema = reading.statementsSchema as CatalogName;
  try {
    const rows = await database.read(statement(listStatementsQuery, { most: mostStatements }, { schema }), options);
    const parser = await loadParser();
    const findTable = finder(reading);
    let unread = 0;
    const statements = rows
      .filter((row) => !row.is_hidden)
      .map((row): SeenStatement => {
        // Of an expression in a PL/pgSQL function the text begins behind the SELECT that it was run as.
        const expression = `select ${row.text}`;
        const asWritten = parsedBy(parser, row.text);
        const parsed = asWritten ?? parsedBy(parser, expression);
        const text = asWritten === undefined && parsed !== undefined ? expression : row.text;
        if (parsed === undefined) unread += 1;
        const [calls, totalMs, allMs] = [Number(row.calls), Number(row.total_ms), Number(row.all_ms)];
        return {
          text,
          calls,
          totalMs,
          meanMs: totalMs / calls,
          share: allMs === 0 ? 0 : totalMs / allMs,
          isOwn: row.is_own,
          uses: (parsed ?? []).flatMap(({ node }) => tableUses(node, findTable)),
          names: namesIn(parsed ?? []),
        };
      });
    const hidden = rows.some((row) => row.is_hidden);
    return {
      statements,
      blind: [
        ...(hidden ? ["this role does not see the text of other roles' statements (pg_read_all_stats)"] : []),
        ...(unread > 0 ? [`${unread} of ${statements.length} statements do not parse as pg_stat_statements writes them`] : []),
        ...elsewhere(reading),
      ],
    };
  } catch (error) {
    if (!(error instanceof AdminError) || error.kind === 'connection' || error.kind === 'interrupted') throw error;
    return { statements: [], blind: [`pg_stat_statements can not be read: ${messageOf(error)}`] };
  }
}

/** Where scans of standbys are added up, that their statements are not. */
function elsewhere({ servers }: IndexReading): readonly string[] {
  const standbys = servers.slice(1).map(({ server }) => server);
  if (standbys.length === 0) return [];
  const names = standbys.join(', ');
  return [
    `what ran on ${names} is not among them, since a server keeps its own: open the console on the standby to see it explained`,
  ];
}

function parsedBy(parser: Awaited<ReturnType<typeof loadParser>>, text: string): readonly RawStatement[] | undefined {
  try {
    return parser.parse(text);
  } catch (error) {
    if (error instanceof SqlSyntaxError) return undefined;
    throw error;
  }
}

/** Without a schema the table of `public` is meant, or the only one of that name; a partition stands for its whole. */
function finder({ tables }: IndexReading): FindTable {
  const byName = Map.groupBy(tables.values(), ({ name }) => name);
  const whole = (table: IndexedTable | undefined): IndexedTable | undefined =>
    table === undefined || table.parentOid === null ? table : whole(tables.get(table.parentOid));
  return (name, schema) => {
    const named = byName.get(name) ?? [];
    const wanted = named.find((table) => table.schema === (schema ?? 'public'));
    return whole(wanted ?? (schema === undefined && named.length === 1 ? named[0] : undefined));
  };
}
