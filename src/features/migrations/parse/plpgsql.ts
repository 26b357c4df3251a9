import type { Node } from '@pgsql/types';
import type { Parser } from '#database/sql-parser.ts';
import { SqlSyntaxError } from '#database/sql-parser.ts';

/** A statement inside a DO block, as far as it is written out there. */
export interface InnerStatement {
  readonly node: Node;
  readonly text: string;
  /** Counted from the line on which the block's body begins, from 1. */
  readonly bodyLine: number;
  /**
   * Whether it may be skipped although the block runs: a branch or loop whose condition is about something else than "not there yet". The
   * manual's guard (`if not exists (select … from information_schema…)`) leaves a statement certain.
   */
  readonly isConditional: boolean;
  /** Whether it stands in a branch or before an exception handler: then the block may be run again without harm. */
  readonly isGuarded: boolean;
}

/** An exception that a block raises whenever it runs, before it can end otherwise. */
export interface CertainException {
  readonly message: string;
  /** Counted as `InnerStatement.bodyLine` is. */
  readonly bodyLine: number;
}

/** A DO block, looked into. */
export interface Block {
  readonly statements: readonly InnerStatement[];
  /** EXECUTE with text made up at run time: nobody can say beforehand what it does. */
  readonly hasDynamicSql: boolean;
  /** COMMIT or ROLLBACK inside: the block then cannot run in a transaction. */
  readonly endsTransactions: boolean;
  readonly exception?: CertainException | undefined;
  /** Why the body could not be looked into, where that is so. The server has the last word: it knows types that a parser does not. */
  readonly failure?: string;
}

type Tree = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Looks into the PL/pgSQL body of a DO statement. Throws SqlSyntaxError where the body is none. */
export function readBlock(parser: Parser, statement: string): Block {
  const reading = new BlockReading(parser);
  reading.anything(parser.parsePlpgsql(statement), false);
  return reading;
}

class BlockReading implements Block {
  readonly statements: InnerStatement[] = [];
  hasDynamicSql = false;
  endsTransactions = false;
  exception: CertainException | undefined;
  #guards = 0;
  #mayHaveReturned = false;
  readonly #parser: Parser;

  constructor(parser: Parser) {
    this.#parser = parser;
  }

  /** Walks whatever there is: what has no rule of its own below is only passed through. */
  anything(value: unknown, isConditional: boolean): void {
    if (Array.isArray(value)) for (const item of value) this.anything(item, isConditional);
    if (!isTree(value)) return;
    for (const [kind, child] of Object.entries(value)) {
      const rule = rules[kind];
      if (rule !== undefined && isTree(child)) rule(this, child, isConditional);
      else this.anything(child, isConditional);
    }
  }

  /** The same for what stands in a branch. */
  guarded(value: unknown, isConditional: boolean): void {
    this.#guards += 1;
    this.anything(value, isConditional);
    this.#guards -= 1;
  }

  sql(text: string, bodyLine: number, isConditional: boolean): void {
    for (const { node } of this.#parser.parse(text))
      this.statements.push({ node, text, bodyLine, isConditional, isGuarded: this.#guards > 0 });
  }

  returned(): void {
    this.#mayHaveReturned = true;
  }

  raised(message: string, bodyLine: number, isConditional: boolean): void {
    if (!isConditional && this.#guards === 0 && !this.#mayHaveReturned) this.exception ??= { message, bodyLine };
  }

  dynamic(query: string, bodyLine: number, isConditional: boolean): void {
    const literal = this.#literal(query);
    if (literal === undefined) this.hasDynamicSql = true;
    else this.sql(literal, bodyLine, isConditional);
  }

  /** The text of an EXECUTE that is one string constant. */
  #literal(query: string): string | undefined {
    try {
      const node = this.#parser.parse(`select ${query}`)[0]?.node;
      const target = node !== undefined && 'SelectStmt' in node ? node.SelectStmt.targetList?.[0] : undefined;
      const value = target !== undefined && 'ResTarget' in target ? target.ResTarget.val : undefined;
      return value !== undefined && 'A_Const' in value ? value.A_Const.sval?.sval : undefined;
    } catch (error) {
      if (error instanceof SqlSyntaxError) return undefined;
      throw error;
    }
  }
}

/** ERROR among the server's levels: what RAISE EXCEPTION, and RAISE without a level, are parsed to. */
const errorLevel = 21;

type Rule = (reading: BlockReading, tree: Tree, isConditional: boolean) => void;

const rules: Readonly<Record<string, Rule>> = {
  PLpgSQL_stmt_execsql: (reading, tree, isConditional) => reading.sql(queryOf(tree['sqlstmt']), lineOf(tree), isConditional),
  PLpgSQL_stmt_dynexecute: (reading, tree, isConditional) => reading.dynamic(queryOf(tree['query']), lineOf(tree), isConditional),
  PLpgSQL_stmt_perform: (reading, tree, isConditional) => reading.sql(queryOf(tree['expr']), lineOf(tree), isConditional),
  PLpgSQL_stmt_return: (reading) => reading.returned(),
  PLpgSQL_stmt_exit: (reading) => reading.returned(),
  PLpgSQL_stmt_raise(reading, tree, isConditional) {
    if (tree['elog_level'] === errorLevel) reading.raised(textOf(tree['message']), lineOf(tree), isConditional);
  },
  PLpgSQL_stmt_commit: (reading) => {
    reading.endsTransactions = true;
  },
  PLpgSQL_stmt_rollback: (reading) => {
    reading.endsTransactions = true;
  },
  PLpgSQL_stmt_if(reading, tree, isConditional) {
    reading.guarded(tree['then_body'], isConditional || !isGuard(queryOf(tree['cond'])));
    reading.guarded(tree['elsif_list'], true);
    reading.guarded(tree['else_body'], true);
  },
  PLpgSQL_stmt_case: (reading, tree) => {
    reading.guarded(tree['case_when_list'], true);
    reading.guarded(tree['else_stmts'], true);
  },
  PLpgSQL_stmt_block(reading, tree, isConditional) {
    const handlers = isTree(tree['exceptions']) ? tree['exceptions'] : undefined;
    if (handlers === undefined) reading.anything(tree['body'], isConditional);
    else reading.guarded(tree['body'], isConditional || !onlyCatchesDuplicates(handlers));
    reading.anything(handlers, true);
  },
  ...Object.fromEntries(
    ['loop', 'while', 'fori', 'fors', 'forc', 'dynfors', 'foreach_a'].map((kind): [string, Rule] => [
      `PLpgSQL_stmt_${kind}`,
      (reading, tree) => reading.anything(tree['body'], true),
    ]),
  ),
};

function queryOf(expression: unknown): string {
  const tree = isTree(expression) ? expression['PLpgSQL_expr'] : undefined;
  const query = isTree(tree) ? tree['query'] : undefined;
  return typeof query === 'string' ? query : '';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function lineOf(tree: Tree): number {
  return typeof tree['lineno'] === 'number' ? tree['lineno'] : 1;
}

/** "Only if it is not there yet", asked of the catalog: then the branch is what the file wants to be true. */
function isGuard(condition: string): boolean {
  const asksCatalog = /\binformation_schema\b|\bpg_|\bto_reg\w+/i.test(condition);
  const isNegative = /^\s*\(*\s*not\s+exists\b/i.test(condition) || /\bis\s+null\s*\)*\s*$/i.test(condition);
  return asksCatalog && isNegative && !/\b(or|and)\s+(not\s+)?exists\b/i.test(condition);
}

/** `exception when duplicate_object then null`: whatever it swallows is there already. */
function onlyCatchesDuplicates(handlers: Tree): boolean {
  return [...JSON.stringify(handlers).matchAll(/"condname":"(\w+)"/g)].every(([, name = '']) => name.startsWith('duplicate_'));
}
