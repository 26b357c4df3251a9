import { AdminError } from '#core/errors.ts';
import { withoutSecrets } from '#core/json/masked.ts';
import { mostJsonDepth } from '#core/json/node.ts';
import { parseJson } from '#core/json/parse.ts';
import { writeJson } from '#core/json/write.ts';
import { levelsOfEdit } from '#core/recorded-edit.ts';
import type { AuditEntryDetail } from './entries.ts';

/** Whether secrets are printed as they are. */
export interface Revealing {
  readonly reveals: boolean;
  /** Called where one was masked. */
  readonly onMasked?: (() => void) | undefined;
}

/** A field of the output, in its order, as JSON text. */
type Field = readonly [name: string, json: string];

/** The entry's fields as every output has them, each as JSON text: numbers keep their digits, secrets are masked unless revealed. */
function fieldsOf(entry: AuditEntryDetail, revealing: Revealing): readonly Field[] {
  const text = (value: string | null): string => JSON.stringify(value);
  return [
    ['id', text(entry.id)],
    ['at', text(entry.at)],
    ['action', text(entry.action)],
    ['table', text(entry.table)],
    ['record_id', text(entry.recordId)],
    ['tenant_id', text(entry.tenantId)],
    ['actor', text(entry.actor)],
    ['before', documentText(entry.before, revealing)],
    ['after', documentText(entry.after, revealing)],
    ['changes', documentText(entry.changes, revealing)],
  ];
}

/** The entry as one line of JSON; `more` goes behind it. */
export function entryJson(entry: AuditEntryDetail, revealing: Revealing, more?: AuditEntryDetail['more']): string {
  const rest = more === undefined ? [] : moreFields(more);
  return `{${[...fieldsOf(entry, revealing), ...rest].map(([name, json]) => `"${name}": ${json}`).join(', ')}}`;
}

function moreFields({ ipAddress, userAgent, requestId }: AuditEntryDetail['more']): readonly Field[] {
  return [
    ['ip_address', JSON.stringify(ipAddress)],
    ['user_agent', JSON.stringify(userAgent)],
    ['request_id', JSON.stringify(requestId)],
  ];
}

/**
 * A document on one line, masked. One that the console can not read (nested too deeply, a key twice in a `json` column) can not be masked
 * either: a sentence stands for it, since an entry like that must not stop the ones behind it.
 */
function documentText(text: string | null, { reveals, onMasked }: Revealing): string {
  if (text === null) return 'null';
  // Line ends stand between tokens only, and only in a column of type json.
  const line = text.replaceAll(/[\r\n]+/g, ' ');
  if (reveals) return line;
  try {
    const node = parseJson(text, { mostDepth: mostJsonDepth + levelsOfEdit });
    const shown = withoutSecrets(node, []);
    if (shown === node) return line;
    onMasked?.();
    return writeJson(shown);
  } catch (error) {
    if (!(error instanceof AdminError)) throw error;
    onMasked?.();
    return JSON.stringify(`(not shown, since its secrets can not be found: ${error.message})`);
  }
}

/** RFC 4180, with a line end of its own. */
export const csvHeader = 'id,at,action,table,record_id,tenant_id,actor,before,after,changes\r\n';

/** The entry as a record of the same; nothing for null, `""` for an empty text. */
export function entryCsv(entry: AuditEntryDetail, revealing: Revealing): string {
  const cells = fieldsOf(entry, revealing).map(([name, json]) => {
    const isDocument = name === 'before' || name === 'after' || name === 'changes';
    return json === 'null' ? '' : csvCell(isDocument ? json : String(JSON.parse(json)));
  });
  return `${cells.join(',')}\r\n`;
}

/** What a spreadsheet would take for a formula gets an apostrophe in front, which makes it text there. */
function csvCell(text: string): string {
  const defused = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return text === '' || /[",\r\n]/.test(defused) || /^\s|\s$/.test(defused) ? `"${defused.replaceAll('"', '""')}"` : defused;
}
