import { hidden, type MaskOptions, maskText } from './mask.ts';
import { mayHoldSecret } from './secrets.ts';
import { SqlPlace } from './sql-place.ts';

// Whoever masks SQL as text would take `password = crypt('…', gen_salt('bf'))` for a password that is called `crypt(`. So it is read by its
// tokens, and what is masked is the inside of constants; names and keywords stay, since they say what is done.

const token =
  /(?<space>\s+)|(?<comment>--[^\n]*|\/\*[^]*?(?:\*\/|$))|(?<text>[eE]'(?:[^'\\]|\\[^]|'')*(?:'|$)|(?:[uU]&|[bBxXnN])?'(?:[^']|'')*(?:'|$))|(?<dollar>\$(?<tag>[\p{L}_]*[\w]*)\$(?:[^]*?\$\k<tag>\$|[^]*$))|(?<name>"(?:[^"]|"")*(?:"|$)|[\p{L}_][\p{L}\p{N}_$]*)|(?<number>\d[\w.]*)|(?<other>=>|:=|::|\|\||<>|!=|[^])/uy;

/** SQL within SQL within SQL; nobody reads further. */
const deepest = 4;

/**
 * Masks the secrets that stand in SQL as constants: by where they stand (`PASSWORD '…'`, `api_key = '…'`, `set_config('app.secret', '…')`,
 * arguments of functions that encrypt, values of an INSERT into secret columns), and by what they are, as in any text (connection strings,
 * tokens, hashes), also in comments and in bodies between dollar quotes. Every line stays a line. Whatever is no SQL comes out as it is, or more
 * masked.
 */
export function maskSql(sql: string, options: MaskOptions = {}): string {
  return mayHoldSecret(sql) ? masked(sql, options, 0) : sql;
}

/** The same for what a server says, which is prose that can quote SQL. */
export function maskMessage(text: string, options: MaskOptions = {}): string {
  return maskText(maskSql(text, options), options);
}

/** The same in pieces that follow each other: of megabytes the beginning is wanted first. */
export function* maskSqlPieces(sql: string, options: MaskOptions = {}): Generator<string, void> {
  if (mayHoldSecret(sql)) yield* maskedPieces(sql, options, 0);
  else yield sql;
}

function masked(sql: string, options: MaskOptions, depth: number): string {
  return depth > deepest ? hidden(sql, options) : [...maskedPieces(sql, options, depth)].join('');
}

/** So many tokens are kept back, since what follows can tell that one of them is a secret. */
const keptBack = 64;

function* maskedPieces(sql: string, options: MaskOptions, depth: number): Generator<string, void> {
  const place = new SqlPlace();
  const pieces: string[] = [];
  let given = 0;
  let at = 0;
  while (at < sql.length) {
    // The same pattern is used for what is inside, and between two steps by others.
    token.lastIndex = at;
    const match = token.exec(sql);
    if (match?.groups === undefined) break;
    at = token.lastIndex;
    const { space, comment, text, dollar, name, number } = match.groups;
    const whole = match[0];
    const constant = text ?? dollar;
    if (space !== undefined) pieces.push(space);
    else if (comment !== undefined) pieces.push(maskText(inner(comment, options, depth), options));
    else if (constant !== undefined) {
      const isSecret = place.constant(whole, given + pieces.length);
      if (isSecret) pieces.push(quoted(hidden(whole, options)));
      else pieces.push(text === undefined ? body(whole, options, depth) : maskedText(whole, options, depth));
    } else if (number !== undefined) pieces.push(place.number() ? hidden(whole, options) : whole);
    else {
      const before = name === undefined ? place.sign(whole) : place.name(name);
      // A constant is told to be secret by the name that it gets: `select '…' as password`.
      if (before !== undefined && before >= given) pieces[before - given] = quoted(hidden(pieces[before - given]!, options));
      // A server quotes statements so; no name looks like one.
      const quotesSql = whole.startsWith('"') && whole.includes("'");
      pieces.push(quotesSql ? `"${masked(whole.slice(1), options, depth + 1)}` : whole);
    }
    if (pieces.length < 4 * keptBack) continue;
    const ready = pieces.splice(0, pieces.length - keptBack);
    given += ready.length;
    yield ready.join('');
  }
  yield pieces.join('');
}

const quoted = (text: string): string => `'${text}'`;

function inner(comment: string, options: MaskOptions, depth: number): string {
  const start = comment.slice(0, 2);
  return start + masked(comment.slice(2), options, depth + 1);
}

/** A constant that is no secret by its place may hold one: a connection string, a document, SQL that is put together. */
function maskedText(constant: string, options: MaskOptions, depth: number): string {
  if (constant.length < 8) return constant;
  const start = constant.indexOf("'") + 1;
  const isEnded = constant.length > start && constant.endsWith("'");
  const text = constant.slice(start, isEnded ? -1 : undefined).replaceAll("''", "'");
  const shown = maskText(/['$]|--/.test(text) ? masked(text, options, depth + 1) : text, options);
  if (shown === text) return constant;
  return `${constant.slice(0, start)}${shown.replaceAll("'", "''")}${isEnded ? "'" : ''}`;
}

/** The body of a function is SQL; a document is one between any quotes. */
function body(constant: string, options: MaskOptions, depth: number): string {
  const start = constant.indexOf('$', 1) + 1;
  const isEnded = constant.length >= start * 2 && constant.endsWith(constant.slice(0, start));
  const text = constant.slice(start, isEnded ? -start : undefined);
  const shown = /^\s*[[{]/.test(text) ? maskText(text, options) : masked(text, options, depth + 1);
  return `${constant.slice(0, start)}${shown}${isEnded ? constant.slice(0, start) : ''}`;
}
