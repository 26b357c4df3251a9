import type { RawStatement } from '#database/sql-parser.ts';

/** A table or view as a statement names it. */
export interface NamedRelation {
  readonly name: string;
  readonly schema: string | undefined;
  /** Not only inserted into: no index finds a row for that, unless it looks for conflicts. */
  readonly isRead: boolean;
}

/** What a statement's text says of it before any server is asked. */
export interface StatementNames {
  /** Why its plan is not asked for, whatever the server would say; undefined where it may be. */
  readonly whyNot: string | undefined;
  /** The highest `$n` in it. */
  readonly parameterCount: number;
  readonly relations: readonly NamedRelation[];
  /**
   * Every name that could mean something with code behind it: functions, operators, types and relations, and columns too, since `row.column` may
   * be a call of a function; with the operators that are meant without being named.
   */
  readonly words: readonly string[];
}

const planned: Readonly<Record<string, true>> = {
  SelectStmt: true,
  InsertStmt: true,
  UpdateStmt: true,
  DeleteStmt: true,
  MergeStmt: true,
};

/** What IN, BETWEEN, USING, DISTINCT and ORDER BY mean without naming it. */
const impliedOperators: readonly string[] = ['=', '<>', '<', '<=', '>', '>='];

/** Reads the names out of what a text was parsed to. */
export function namesIn(statements: readonly RawStatement[]): StatementNames {
  const found = { parameterCount: 0, isMaking: false, relations: [] as NamedRelation[], words: new Set<string>() };
  const shadowed = new Set<string>();
  const onlyWritten = new Set<unknown>();
  const visit = (tree: unknown): void => {
    if (Array.isArray(tree)) return tree.forEach(visit);
    if (typeof tree !== 'object' || tree === null) return;
    const node = tree as Readonly<Record<string, unknown>>;
    const { relname, schemaname, ctename, sval, number, InsertStmt: insert } = node;
    if (typeof insert === 'object' && insert !== null && 'relation' in insert && !('onConflictClause' in insert)) {
      onlyWritten.add(insert.relation);
    }
    if (typeof relname === 'string') {
      const schema = typeof schemaname === 'string' ? schemaname : undefined;
      found.relations.push({ name: relname, schema, isRead: !onlyWritten.has(node) });
      found.words.add(relname);
    }
    if (typeof ctename === 'string') shadowed.add(ctename);
    if (typeof sval === 'string') found.words.add(sval);
    if (typeof number === 'number') found.parameterCount = Math.max(found.parameterCount, number);
    if ('intoClause' in node) found.isMaking = true;
    Object.values(node).forEach(visit);
  };
  statements.forEach(({ node }) => visit(node));
  const [only] = statements;
  const isOne = statements.length === 1 && only !== undefined && Object.keys(only.node).every((kind) => planned[kind]);
  return {
    whyNot: !isOne ? 'it is not one SELECT, INSERT, UPDATE, DELETE or MERGE' : found.isMaking ? 'it makes a table' : undefined,
    parameterCount: found.parameterCount,
    relations: found.relations.filter(({ name, schema }) => schema !== undefined || !shadowed.has(name)),
    words: [...found.words, ...impliedOperators],
  };
}
