import { isExactNumber, parseExactJson } from '#core/exact-json.ts';
import { embeddedSecrets, isSecretName, looksSecret } from '#core/secrets.ts';

export { isSecretName, looksSecret };

/** `ascii` draws `****` instead of `••••`. */
export interface MaskOptions {
  readonly ascii?: boolean | undefined;
}

/** Documents nested deeper than this (none that a person wrote) are masked below it rather than overflowing the stack. */
const deepest = 500;

// A length tells keys apart and narrows a guess at a password: only what is too long to guess says how long it is.
const tellsItsLength = 16;

const bullets = (options: MaskOptions): string => (options.ascii ? '****' : '••••');

/** What stands for a secret within a text: as many lines as it had, since places in the text are told by their line. */
export function hidden(secret: string, options: MaskOptions): string {
  return `${bullets(options)}${secret.replaceAll(/[^\n]/g, '')}`;
}

/**
 * What is shown for a secret: `••••`, and with 16 characters (UTF-16 units) or more how many: `•••• (64 characters)`.
 * The empty string stays empty: that a secret is not set is worth seeing and nothing to hide.
 */
export function maskSecret(value: string, options: MaskOptions = {}): string {
  if (value === '') return '';
  return value.length < tellsItsLength ? bullets(options) : `${bullets(options)} (${value.length} characters)`;
}

// RFC 3986 user information. An unescaped `@` in the password is common, so the last `@` of the authority ends it. The pattern must not
// look for a user without a scheme: `a:b@c` is ordinary text.
const urlPassword = /([a-z][a-z0-9+.-]{0,30}:\/\/[^\s/?#:@"'<>]{0,256}):[^\s"'<>]{0,1000}@(?=[^\s"'<>@])/gi;

// libpq keywords, query parameters, headers, assignments and JSON (also JSON quoted in JSON) inside text: `password=…`, `\"token\": \"…`.
const assignedName = /(?<![\w-])([\w-]{2,60})\\{0,7}["']?\s{0,3}(?:=>?|:)\s{0,3}(?:(?:Bearer|Basic|Token)\s{1,3})?/gi;
const assignedValue = /(\\+["'])[^"']*(?:["']|$)|"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|(?!\/\/)[^\s"'&,;})\]]+/y;

/** Looks for names only, and reads a value only behind a secret one: in `error: password=x` the first value would swallow the second name. */
function maskAssignments(text: string, options: MaskOptions): string {
  let masked = '';
  let done = 0;
  for (const { 0: start, 1: name = '', index } of text.matchAll(assignedName)) {
    if (index < done || !isSecretName(name)) continue;
    assignedValue.lastIndex = index + start.length;
    const value = assignedValue.exec(text);
    if (value === null) continue;
    const quote = value[1] ?? (/^["']/.test(value[0]) ? value[0].slice(0, 1) : '');
    masked += text.slice(done, value.index) + quote + hidden(value[0], options) + quote;
    done = value.index + value[0].length;
  }
  return masked + text.slice(done);
}

/**
 * Masks passwords inside any text: in URLs (`postgres://user:••••@host`), in libpq settings and query parameters (`password=••••`), and in
 * other assignments to a secret name. User, host and database stay, since they say which connection was meant.
 */
export function maskUrl(text: string, options: MaskOptions = {}): string {
  const mask = bullets(options);
  const withoutPasswords = text.includes('://') ? text.replace(urlPassword, (_, before: string) => `${before}:${mask}@`) : text;
  return /[=:]/.test(withoutPasswords) ? maskAssignments(withoutPasswords, options) : withoutPasswords;
}

/** Masks every recognisable secret inside a text (log lines, error details, notes, values of JSON documents); the rest stays as it is. */
export function maskText(text: string, options: MaskOptions = {}): string {
  const withoutTokens = text.replace(embeddedSecrets, bullets(options));
  return maskUrl(withoutTokens, options);
}

function maskLeaves(value: unknown, options: MaskOptions, depth: number): unknown {
  if (value === null || value === undefined) return value;
  if (typeof value === 'string') return maskSecret(value, options);
  if (Array.isArray(value)) return depth > deepest ? bullets(options) : value.map((item) => maskLeaves(item, options, depth + 1));
  if (!isPlainObject(value) || depth > deepest) return bullets(options);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [maskText(key, options), maskLeaves(item, options, depth + 1)]),
  );
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || isExactNumber(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** JSON kept as text (text columns, doubly encoded documents) is masked as the document it is. Undefined when it is not JSON. */
function maskJsonText(text: string, options: MaskOptions, depth: number): string | undefined {
  if (depth > deepest || !/^\s*[[{]/.test(text)) return undefined;
  try {
    const parsed = parseExactJson(text);
    const masked = JSON.stringify(maskValue(parsed, options, depth + 1));
    return masked === JSON.stringify(parsed) ? text : masked;
  } catch {
    return undefined;
  }
}

// A lone token is masked whole, in case its form goes on after what the pattern knows; notes and URLs keep what tells them apart.
function maskString(value: string, options: MaskOptions, depth: number): string {
  const document = maskJsonText(value, options, depth);
  if (document !== undefined) return document;
  const isLoneToken = value.length < 10_000 && !/\s|:\/\//.test(value);
  return isLoneToken && looksSecret(value) ? maskSecret(value, options) : maskText(value, options);
}

function maskValue(value: unknown, options: MaskOptions, depth: number): unknown {
  if (typeof value === 'string') return maskString(value, options, depth);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > deepest) return bullets(options);
  if (Array.isArray(value)) return value.map((item) => maskValue(item, options, depth + 1));
  if (!isPlainObject(value)) return value;
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => [
    maskText(key, options),
    isSecretName(key) ? maskLeaves(item, options, depth + 1) : maskValue(item, options, depth + 1),
  ]);
  return Object.fromEntries(entries);
}

/**
 * A copy of a JSON value with its secrets masked: by name (all strings, numbers and booleans below a secret-named key, whatever holds
 * them) and by value (anywhere, also inside longer strings and in keys). null and '' stay, since "not set" is no secret. Numbers elsewhere
 * are kept as given, also those of exact-json.ts and other classes. Below 500 levels everything is masked.
 */
export function maskDocument(value: unknown, options: MaskOptions = {}): unknown {
  return maskValue(value, options, 0);
}
