import { AdminError, messageOf } from '#core/errors.ts';
import { excerpt } from '#core/json/excerpt.ts';
import { maskMessage, maskSql } from '#core/mask-sql.ts';
import type { ServerMessage } from '#database/script.ts';
import type { MigrationFile } from '../folder.ts';
import type { ParsedMigration, ParsedStatement, ParseFailure } from '../parse.ts';
import type { RunFailure } from './events.ts';

/** Why a file can not be run at all, in its place. */
export function parseFailure(file: MigrationFile, { error, psqlOnly }: Unusable): RunFailure {
  const message = psqlOnly === undefined ? `it does not parse: ${error.message}` : `only psql can run it: ${psqlOnly.what}`;
  const place = { line: psqlOnly?.line ?? error.line, column: error.column };
  return { ...plainFailure(new Error(message)), ...place, excerpt: excerptOf(file, place) };
}

/** A failure of the server's, in its place in the file. `offset` is where in the statement, in characters from 0, if the server said so. */
export function failureAt(
  file: MigrationFile,
  statement: ParsedStatement,
  error: ServerMessage,
  {
    offset,
    isStopped,
    inTheWay,
  }: { readonly offset: number | undefined; readonly isStopped: boolean; readonly inTheWay: readonly string[] },
): RunFailure {
  const place = offset === undefined ? lineInBlock(file, statement, error.where) : placeOf(file, statement, offset);
  return masked({
    message: isStopped ? 'stopped by the operator' : error.message,
    sqlState: error.sqlState,
    statement: statement.ordinal,
    ...place,
    details: [
      ...[error.detail && `detail: ${error.detail}`, error.hint && `hint: ${error.hint}`].filter((text) => text !== undefined),
      ...(error.where?.split('\n') ?? []),
      ...(error.sqlState === '55P03' || error.sqlState === '57014' ? inTheWay.map((who) => `in the way: ${who}`) : []),
    ],
    isStopped,
  });
}

/** Servers tell whole rows (`Failing row contains`); what is told goes to screens, the history and the audit log. */
function masked(failure: RunFailure): RunFailure {
  return { ...failure, message: maskMessage(failure.message), details: failure.details.map((line) => maskMessage(line)) };
}

/** The line of a file and a caret below the place. What is secret in it may be told by the lines before. */
function excerptOf({ sql }: MigrationFile, place: { readonly line: number; readonly column: number }): readonly string[] {
  let start = 0;
  for (let line = 1; line < place.line; line += 1) start = sql.indexOf('\n', start) + 1;
  const before = sql.slice(0, start);
  return excerpt(
    sql,
    place,
    (text) =>
      maskSql(before + text)
        .split('\n')
        .at(-1) ?? '',
  ).split('\n');
}

/** A failure that is no statement's: of the connection, of the record, of the file as a whole. */
export function plainFailure(thrown: unknown, isStopped = false): RunFailure {
  const isAdmin = thrown instanceof AdminError;
  return masked({
    message: messageOf(thrown),
    sqlState: isAdmin ? thrown.sqlState : undefined,
    statement: undefined,
    line: undefined,
    column: undefined,
    excerpt: [],
    details: isAdmin ? [...(thrown.detail?.split('\n') ?? []), thrown.whatToDo] : [],
    isStopped,
  });
}

type Unusable = Pick<ParsedMigration, 'psqlOnly'> & { readonly error: ParseFailure };

/** A failure as one text, as it stands in the history: the statement, the line and column, the server's words. */
export function failureText(failure: RunFailure): string {
  const { statement, line, column, message, details } = failure;
  const place = [statement && `statement ${statement}`, line && `line ${line}`, column && `column ${column}`].filter(Boolean);
  return [place.length === 0 ? message : `${place.join(', ')}: ${message}`, ...details].join('\n');
}

/** What a failure's text says of its place; what it does not say is undefined. */
export interface ToldFailure extends Partial<Pick<RunFailure, 'statement' | 'line' | 'column'>> {
  /** What happened, with its details by line. */
  readonly lines: readonly string[];
}

/** Reads a text that `failureText` wrote, or anybody else. */
export function readFailureText(text: string): ToldFailure {
  const [, statement, line, column, rest = text] =
    /^statement (\d+)(?:, line (\d+))?(?:, column (\d+))?: ([^]*)$/.exec(text) ?? [];
  return { statement: numberIn(statement), line: numberIn(line), column: numberIn(column), lines: rest.split('\n') };
}

const numberIn = (digits: string | undefined): number | undefined => (digits === undefined ? undefined : Number(digits));

interface Place {
  readonly line: number;
  readonly column: number | undefined;
  readonly excerpt: readonly string[];
}

function placeOf(file: MigrationFile, statement: ParsedStatement, offset: number): Place {
  const before = Array.from(statement.text).slice(0, offset).join('');
  const lines = before.split('\n');
  const line = statement.line + lines.length - 1;
  const column =
    lines.length === 1 ? columnOf(file, statement) + Array.from(before).length : Array.from(lines.at(-1) ?? '').length + 1;
  return { line, column, excerpt: excerptOf(file, { line, column }) };
}

/** The column on which a statement begins, from 1. */
function columnOf({ sql }: MigrationFile, { startByte }: ParsedStatement): number {
  const before = Buffer.from(sql).toString('utf8', 0, startByte);
  return Array.from(before.slice(before.lastIndexOf('\n') + 1)).length + 1;
}

/** Inside a DO block the server tells the line of the body, which begins with the dollar quote. */
function lineInBlock(file: MigrationFile, statement: ParsedStatement, where: string | undefined): Place {
  const inner = [...(where ?? '').matchAll(/inline_code_block line (\d+)/g)].at(-1)?.[1];
  const quote = statement.text.search(/\$\w*\$/);
  const line =
    inner === undefined || quote === -1
      ? statement.line
      : statement.line + statement.text.slice(0, quote).split('\n').length - 1 + Number(inner) - 1;
  // Nobody said where in it: the line alone.
  return { line, column: undefined, excerpt: excerptOf(file, { line, column: 1 }).slice(0, 1) };
}
