import type { Session } from '#database/session.ts';
import { statement } from '#database/query.ts';
import type { ParsedStatement } from '../parse.ts';
import { findIndexQuery } from '../queries.ts';
import { quoted } from './quoted.ts';

/** What became of a statement that no transaction held: it took effect, it is to be run again, or nobody can tell. */
type Found = 'done' | 'again' | 'unknown';

const repeatable = new Set(['VacuumStmt', 'ReindexStmt', 'ClusterStmt', 'AlterSystemStmt', 'DiscardStmt']);

/**
 * Looks what became of a statement outside of a transaction that was cut off. An index that was built concurrently and did not finish is
 * dropped, since it is in the way of the next try and of no use.
 */
export async function lookAtUnderWay(session: Session, { node, whyNotTransactional }: ParsedStatement): Promise<Found> {
  // A procedure may have committed any part of its work.
  if (whyNotTransactional === undefined) return 'CallStmt' in node ? 'unknown' : 'again';
  if ('IndexStmt' in node) {
    const { idxname, relation } = node.IndexStmt;
    if (idxname === undefined) return 'unknown';
    const name = quoted([relation?.schemaname, idxname]);
    const isValid = await indexState(session, name);
    if (isValid === true) return 'done';
    if (isValid === false) await session.run(`drop index concurrently ${name}`);
    return 'again';
  }
  if ('DropStmt' in node) {
    const names = (node.DropStmt.objects ?? []).map((object) =>
      'List' in object ? quoted((object.List.items ?? []).map((item) => ('String' in item ? item.String.sval : undefined))) : '',
    );
    const states = await Promise.all(names.map((name) => indexState(session, name)));
    return states.every((state) => state === undefined) ? 'done' : 'again';
  }
  return repeatable.has(Object.keys(node)[0] ?? '') ? 'again' : 'unknown';
}

/** Whether the index is valid; undefined where there is none. */
async function indexState(session: Session, name: string): Promise<boolean | undefined> {
  const [row] = await session.ask(statement(findIndexQuery, { name }));
  return row?.is_valid;
}
