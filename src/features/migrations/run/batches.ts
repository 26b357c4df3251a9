import type { ParsedStatement } from '../parse.ts';

/** Statements that are sent together, and where each begins in what is sent, in characters (code points) from 0. */
export interface Batch {
  readonly statements: readonly ParsedStatement[];
  readonly sql: string;
  readonly starts: readonly number[];
}

const mostStatements = 100;
/** A file of so many goes one by one: the server keeps its answers back until a message is done, and who watches wants to know where it is. */
const mostAlone = 30;
const mostCharacters = 256 * 1024;
const between = '\n;\n';

/**
 * Statements of one transaction, many in as few messages as may be: one each would take a round trip each, minutes for ten thousand over a
 * long line. A setting ends a batch, since it may change how the text behind it is read.
 */
export function batchesOf(statements: readonly ParsedStatement[]): readonly Batch[] {
  const batches: Batch[] = [];
  let current: ParsedStatement[] = [];
  let characters = 0;
  const end = (): void => {
    if (current.length > 0) batches.push(batchOf(current));
    current = [];
    characters = 0;
  };
  const most = statements.length <= mostAlone ? 1 : mostStatements;
  for (const statement of statements) {
    if (characters + statement.text.length > mostCharacters) end();
    current.push(statement);
    characters += statement.text.length;
    if (current.length === most || 'VariableSetStmt' in statement.node) end();
  }
  end();
  return batches;
}

/** One message of these statements, behind `prefix` where there is one. */
export function batchOf(statements: readonly ParsedStatement[], prefix = ''): Batch {
  const starts: number[] = [];
  let start = codePoints(prefix);
  for (const { text } of statements) {
    starts.push(start);
    start += codePoints(text) + between.length;
  }
  return { statements, sql: prefix + statements.map(({ text }) => text).join(between), starts };
}

function codePoints(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length - 1; at += 1) {
    if ((text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) count -= 1;
  }
  return count;
}
