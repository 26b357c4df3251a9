import type { Node } from '@pgsql/types';
import { statement } from '#database/query.ts';
import type { ScriptOutcome } from '#database/script.ts';
import { giveTurn, takeTurn } from '#database/turn.ts';
import type { ParsedStatement } from '../parse.ts';
import { findTableQuery } from '../queries.ts';
import { namesOf } from '../tree.ts';
import type { FileRun } from './file-run.ts';
import { quoted } from './quoted.ts';

/** What the server would have said. */
export type Refusal = ScriptOutcome & { readonly state: 'failed' };

/**
 * Does what builds or drops an index concurrently when nobody else works on its table, waiting for that outside of the server's queue: two
 * that wait there for each other end as a deadlock. `waitsLong` waits for as long as it takes, whatever the session's lock timeout. Gives the
 * refusal of a statement that did not get its turn in time, or was stopped before.
 */
export async function inOwnTurn<Result>(
  { session, signal, onWait }: Pick<FileRun, 'session' | 'signal' | 'onWait'>,
  { node }: Pick<ParsedStatement, 'node'>,
  waitsLong: boolean,
  work: () => Promise<Result>,
): Promise<Result | Refusal> {
  const taken: string[] = [];
  for (const name of tablesOf(node)) {
    const [table] = await session.ask(statement(findTableQuery, { name }));
    if (table === undefined) continue;
    const lockTimeoutMs = waitsLong ? 0 : Number(table.lock_timeout_ms);
    const turn = await takeTurn(session, table.table_oid, { lockTimeoutMs, signal }, onWait);
    taken.push(table.table_oid);
    if (turn.state === 'failed') return turn;
  }
  if (taken.length > 0) onWait([]);
  const result = await work();
  for (const tableOid of taken) await giveTurn(session, tableOid);
  return result;
}

/** Names of tables, or of indexes on them, that a statement works on without keeping others from reading and writing. */
function tablesOf(node: Node): readonly string[] {
  if ('IndexStmt' in node && node.IndexStmt.concurrent) return [nameOf(node.IndexStmt.relation)];
  if ('ReindexStmt' in node && node.ReindexStmt.relation !== undefined) return [nameOf(node.ReindexStmt.relation)];
  if (!('DropStmt' in node) || !node.DropStmt.concurrent) return [];
  return (node.DropStmt.objects ?? []).flatMap((object) => ('List' in object ? [quoted(namesOf(object.List.items))] : []));
}

function nameOf(relation: { readonly schemaname?: string; readonly relname?: string } | undefined): string {
  return quoted([relation?.schemaname, relation?.relname]);
}
