import type { Node } from '@pgsql/types';
import { type Parser, type RawStatement, SqlSyntaxError } from '#database/sql-parser.ts';
import type { MigrationFile } from '../folder.ts';
import { readHeader } from './header.ts';
import type { ParsedMigration, ParsedStatement, ParseFailure, TransactionMode } from './parsed.ts';
import { type Block, readBlock } from './plpgsql.ts';
import { lineAt, type PsqlOnly, psqlAt } from './psql.ts';
import { controlsTransaction, statementKind, whyNotTransactional } from './transactions.ts';

/** What there is to parse. */
export type MigrationText = Pick<MigrationFile, 'sql' | 'isUtf8'>;

/** Parses one file, however long that takes. A file that does not parse is a result. */
export function parseText(parser: Parser, { sql, isUtf8 }: MigrationText): ParsedMigration {
  const header = readHeader(sql);
  const unusable = (error: ParseFailure, psqlOnly?: PsqlOnly): ParsedMigration => ({
    statements: [],
    mode: 'transactional',
    header,
    psqlOnly,
    error,
  });
  if (!isUtf8) return unusable({ message: 'not encoded in UTF-8', line: 1, column: 1 });
  // C strings end there, and PostgreSQL takes no such text anyway.
  const zero = sql.indexOf('\0');
  if (zero !== -1) return unusable({ message: 'holds a zero byte', ...placeOf(sql, zero) });
  try {
    const statements = statementsOf(parser, sql);
    const copy = statements.find(({ node }) => 'CopyStmt' in node && node.CopyStmt.is_from && readsFromClient(node));
    if (copy !== undefined) {
      const psqlOnly = { line: copy.line, what: 'rows of COPY FROM STDIN' };
      return unusable({ message: 'COPY FROM STDIN takes its rows from psql', line: copy.line, column: 1 }, psqlOnly);
    }
    return { statements, mode: modeOf(statements), header, psqlOnly: undefined, error: undefined };
  } catch (error) {
    if (!(error instanceof SqlSyntaxError)) throw error;
    const offset = unitsOf(sql, error.offset);
    // What is not ended is told in full, a password as well.
    const message = error.message.replace(/^(unterminated .*?) at or near [^]*$/, '$1');
    return unusable({ message, ...placeOf(sql, offset) }, psqlAt(sql, offset));
  }
}

function readsFromClient(node: Node): boolean {
  return 'CopyStmt' in node && node.CopyStmt.filename === undefined && !node.CopyStmt.is_program;
}

function modeOf(statements: readonly ParsedStatement[]): TransactionMode {
  if (statements.some((statement) => statement.controlsTransaction)) return 'own-transaction';
  return statements.some((statement) => statement.whyNotTransactional !== undefined) ? 'non-transactional' : 'transactional';
}

function statementsOf(parser: Parser, sql: string): readonly ParsedStatement[] {
  const bytes = Buffer.from(sql);
  let line = 1;
  let counted = 0;
  return parser.parse(sql).map((raw, index) => {
    for (; counted < raw.startByte; counted += 1) if (bytes[counted] === 0x0a) line += 1;
    return statementFrom(parser, raw, bytes, line, index + 1);
  });
}

function statementFrom(parser: Parser, raw: RawStatement, bytes: Buffer, line: number, ordinal: number): ParsedStatement {
  const { node, startByte, lengthBytes } = raw;
  const text = bytes.toString('utf8', startByte, lengthBytes === undefined ? undefined : startByte + lengthBytes).trimEnd();
  const block = 'DoStmt' in node && isPlpgsql(node) ? blockOf(parser, text) : undefined;
  return {
    ordinal,
    text,
    startByte,
    line,
    kind: statementKind(node),
    node,
    controlsTransaction: controlsTransaction(node),
    whyNotTransactional: block?.endsTransactions ? 'a DO block that commits' : whyNotTransactional(node),
    block,
  };
}

function isPlpgsql(node: Extract<Node, { DoStmt: unknown }>): boolean {
  const language = (node.DoStmt.args ?? []).find((arg) => 'DefElem' in arg && arg.DefElem.defname === 'language');
  const name = language !== undefined && 'DefElem' in language ? language.DefElem.arg : undefined;
  return name === undefined || ('String' in name && name.String.sval?.toLowerCase() === 'plpgsql');
}

/** A body that the parser cannot follow may still run (it may use types that only the server knows): then nothing is known of it. */
function blockOf(parser: Parser, text: string): Block {
  try {
    return readBlock(parser, text);
  } catch (error) {
    if (!(error instanceof SqlSyntaxError)) throw error;
    const endsTransactions = /\b(commit|rollback)\s*(and\s+chain\s*)?;/i.test(text);
    return { statements: [], hasDynamicSql: true, endsTransactions, failure: error.message };
  }
}

/** UTF-16 units for a number of code points. */
function unitsOf(text: string, characters: number): number {
  let units = 0;
  for (let count = 0; count < characters && units < text.length; count += 1)
    units += (text.codePointAt(units) ?? 0) > 0xffff ? 2 : 1;
  return units;
}

function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  return {
    line: lineAt(text, offset),
    column: text.slice(lineStart, offset).replaceAll(/[\ud800-\udbff][\udc00-\udfff]/g, '_').length + 1,
  };
}
