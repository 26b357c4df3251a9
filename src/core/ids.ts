/** The lowest and the highest UUID that start with a prefix, both canonical: `id between from and to` is served by the primary key's btree. */
export interface UuidRange {
  readonly from: string;
  readonly to: string;
}

const canonicalUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const bareUuid = /^[0-9a-f]{32}$/;

// Hex digits before each hyphen of a canonical UUID.
const hyphenPlaces = new Set([8, 12, 16, 20]);

// Three digits and fewer are as often a number or a word ("42", "add") and name a 4,096th of a table at best; four are rarely either, and
// what the console itself shows of an id is never less.
const fewestDigits = 4;

const withHyphens = (digits: string): string => digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/**
 * A UUID as people paste it, in canonical lower case: any case, `{braces}`, `urn:uuid:`, no hyphens, white space around.
 * Undefined when it is not one. Any version and variant pass, as in PostgreSQL.
 */
export function parseUuid(text: string): string | undefined {
  const bare = text
    .trim()
    .toLowerCase()
    .replace(/^urn:uuid:/, '')
    .replace(/^\{(.*)\}$/, '$1');
  if (canonicalUuid.test(bare)) return bare;
  return bareUuid.test(bare) ? withHyphens(bare) : undefined;
}

/**
 * The range of UUIDs that start with what was typed: at least four hex digits, hyphens only where a UUID has them (they may be missing),
 * any case, white space around, and an ellipsis at the end, since the console shows ids cut. A whole UUID gives itself twice.
 * Undefined when the text cannot be a UUID's beginning.
 */
export function uuidPrefixRange(text: string): UuidRange | undefined {
  const whole = parseUuid(text);
  if (whole !== undefined) return { from: whole, to: whole };
  const typed = text
    .trim()
    .toLowerCase()
    .replace(/(?:…|\.\.\.)$/, '');
  if (typed.length > 36 || !/^[0-9a-f-]+$/.test(typed)) return undefined;
  let digits = '';
  let lastHyphen = 0;
  for (const character of typed) {
    if (character !== '-') digits += character;
    else if (!hyphenPlaces.has(digits.length) || lastHyphen === digits.length) return undefined;
    else lastHyphen = digits.length;
  }
  if (digits.length < fewestDigits || digits.length > 32) return undefined;
  return { from: withHyphens(digits.padEnd(32, '0')), to: withHyphens(digits.padEnd(32, 'f')) };
}

/** Whether a search text is worth looking up as an e-mail address: one `@`, a dotted domain, no white space. Not a validation. */
export function looksLikeEmail(text: string): boolean {
  const [local = '', domain = '', ...rest] = text.trim().split('@');
  return rest.length === 0 && local.length > 0 && local.length <= 64 && !/[\s<>,;:"()[\]]/.test(local) && looksLikeDomain(domain);
}

/** Whether a search text is an e-mail address that is not whole: one `@` with something before it, and a domain that is begun or not there yet. */
export function looksLikeHalfEmail(text: string): boolean {
  const typed = text.trim();
  return !looksLikeEmail(typed) && /^[^\s<>,;:"()[\]@]{1,64}@[\p{L}\p{N}\p{M}.-]*$/u.test(typed);
}

/** Whether it can be a tenant's slug: lower-case letters, digits, single hyphens or underscores, at most 100 characters (tenant.slug). */
export function looksLikeSlug(text: string): boolean {
  const slug = text.trim();
  return slug.length <= 100 && /^[a-z0-9]+(?:[-_][a-z0-9]+)*$/.test(slug);
}

const isDomainLabel = (part: string): boolean =>
  part.length <= 63 && /^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]*[\p{L}\p{N}\p{M}])?$/u.test(part);

/** Whether it can be a host's domain: dotted labels, the last with two letters or more (or punycode). No scheme, port or path. */
export function looksLikeDomain(text: string): boolean {
  const domain = text.trim().toLowerCase();
  if (domain.length > 253) return false;
  const labels = domain.split('.');
  const last = labels.at(-1) ?? '';
  return labels.length > 1 && labels.every(isDomainLabel) && /^(?:\p{L}[\p{L}\p{M}]+|xn--[a-z0-9-]+)$/u.test(last);
}

/** The digits of a phone number, in order, without its punctuation and leading plus; what stored numbers are compared by. */
export function phoneDigits(text: string): string {
  return text.replace(/\D/g, '');
}

/** Whether it can be a phone number: 7 to 15 digits (E.164), with the usual punctuation and at most a leading plus. A date is not. */
export function looksLikePhone(text: string): boolean {
  const phone = text.trim();
  const { length } = phoneDigits(phone);
  return (
    length >= 7 && length <= 15 && phone.length <= 32 && /^\+?[\d\s()./-]+$/.test(phone) && !/^\d{4}-\d\d-\d\d\b/.test(phone)
  );
}

/** The text with `%`, `_` and `\` escaped, so that `like … escape '\'` matches it literally; add your own `%` around it. */
export function likePattern(text: string): string {
  return text.replace(/[\\%_]/g, String.raw`\$&`);
}
