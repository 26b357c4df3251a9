import type { IndexStmt } from '@pgsql/types';

/** A CREATE INDEX as it was written, but concurrently and, where it has a name, only if it is not there. */
export function indexTextOf(statement: IndexStmt, text: string): string {
  const guard = statement.idxname === undefined || statement.if_not_exists ? '' : ' if not exists';
  const isUpper = text.startsWith('CREATE');
  const words = ` concurrently${guard}`;
  return text.replace(/^(\s*create\s+(?:unique\s+)?index)\b/i, (start) => start + (isUpper ? words.toUpperCase() : words));
}
