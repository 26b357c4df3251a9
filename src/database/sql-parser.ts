import type { Node, ParseResult } from '@pgsql/types';
import { AdminError } from '#core/errors.ts';

/** Where PostgreSQL's parser stopped. `offset` counts characters (code points) from 0. */
export class SqlSyntaxError extends Error {
  override readonly name = 'SqlSyntaxError';
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** One statement of a parse: the tree and where its text begins, in bytes. `length` is undefined for a last one without semicolon. */
export interface RawStatement {
  readonly node: Node;
  readonly startByte: number;
  readonly lengthBytes: number | undefined;
}

/** PostgreSQL's own parser, in WebAssembly. */
export interface Parser {
  /** Throws SqlSyntaxError. */
  readonly parse: (sql: string) => readonly RawStatement[];
  /** The tree of the PL/pgSQL body of a DO or CREATE FUNCTION statement. Throws SqlSyntaxError; its offset is always 0. */
  readonly parsePlpgsql: (statement: string) => unknown;
}

let loading: Promise<Parser> | undefined;

/** Loads the parser, once: 1.7 MB and some 20 ms, which only those pay who look at SQL. Throws an AdminError where it is not there. */
export function loadParser(): Promise<Parser> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(): Promise<Parser> {
  const missing = (cause: unknown): never => {
    throw parserMissing(cause);
  };
  const library = await import('libpg-query').catch(missing);
  await library.loadModule().catch(missing);
  return {
    parse: (sql) => (sql === '' ? [] : statementsOf(guarded(() => library.parseSync(sql)))),
    parsePlpgsql: (statement) => guarded(() => library.parsePlPgSQLSync(statement)),
  };
}

/** What is said where dist/libpg-query.wasm is not. */
export function parserMissing(cause: unknown): AdminError {
  return new AdminError({
    kind: 'configuration',
    code: 'parser-missing',
    whatHappened: 'The SQL parser could not be loaded.',
    whatToDo: 'Install aisha-console again: dist/libpg-query.wasm belongs to it.',
    cause,
  });
}

function statementsOf({ stmts = [] }: ParseResult): readonly RawStatement[] {
  return stmts.flatMap(({ stmt, stmt_location: startByte = 0, stmt_len: lengthBytes }) =>
    stmt === undefined ? [] : [{ node: stmt, startByte, lengthBytes }],
  );
}

/** What the library throws, as ours: syntax errors, and statements nested deeper than a stack can follow. */
function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) throw new SqlSyntaxError('nested too deeply to be parsed', 0);
    if (!(error instanceof Error)) throw error;
    const details = 'sqlDetails' in error ? (error.sqlDetails as { cursorPosition?: number } | undefined) : undefined;
    throw new SqlSyntaxError(error.message, details?.cursorPosition ?? 0);
  }
}
