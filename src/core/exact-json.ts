/**
 * JSON whose numbers are the digits that were written: `1.10`, `1e400` and `12345678901234567890` survive a round trip. Plain values, for what
 * is printed by JSON.stringify and never edited; a document that is edited or compared is a JsonNode (json/node.ts).
 */
export type ExactJson = null | boolean | string | ExactNumber | readonly ExactJson[] | { readonly [key: string]: ExactJson };

/** A number as its source text (TC39 proposal-json-parse-with-source, in Node from 21); JSON.stringify writes it unchanged. */
export interface ExactNumber {
  readonly rawJSON: string;
}

interface SourceAccess {
  parse(text: string, reviver: (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown): unknown;
  rawJSON(text: string): ExactNumber;
  isRawJSON(value: unknown): value is ExactNumber;
}

const json = JSON as unknown as SourceAccess;

/** Parses JSON text and keeps every number's digits. Throws SyntaxError as JSON.parse does. */
export function parseExactJson(text: string): ExactJson {
  return json.parse(text, (_key, value, context) =>
    typeof value === 'number' && context.source !== undefined ? json.rawJSON(context.source) : value,
  ) as ExactJson;
}

/** Whether a value out of parseExactJson is a number. */
export function isExactNumber(value: unknown): value is ExactNumber {
  return json.isRawJSON(value);
}

/** Whether a value is a JSON object: no array, no number, no null. */
export function isJsonObject(value: unknown): value is { readonly [key: string]: ExactJson } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isExactNumber(value);
}
