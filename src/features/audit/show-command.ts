import { readableChange } from '#core/audit-change.ts';
import { changeLines } from '#core/change-text.ts';
import { type CommandDefinition, revealOption, secretsMasked } from '#core/command.ts';
import { displayText, label } from '#core/display-text.ts';
import { AdminError } from '#core/errors.ts';
import { textTable } from '#core/text-table.ts';
import { wholeAuditId } from '#database/audit-id.ts';
import type { Database } from '#database/database.ts';
import { requireSource } from './command-filter.ts';
import { type AuditEntryDetail, readDetail } from './entries.ts';
import { entryJson } from './entry-output.ts';

/** `audit show ID`. */
export const auditShowCommand: CommandDefinition<Database> = {
  path: ['audit', 'show'],
  summary: 'show one audit entry: who, when, and what it was before and after',
  arguments: [{ name: 'id', description: "the entry's id, or its first 8 characters or more" }],
  options: [revealOption],
  prepare:
    ([id = ''], options) =>
    async (context) => {
      const source = await requireSource(context);
      const { database, signal } = context;
      const whole = await wholeAuditId(database, await database.catalog(), id, { signal });
      const entry = await readDetail(database, source, whole, { signal });
      if (entry === undefined) {
        throw new AdminError({
          kind: 'not-found',
          code: 'no-such-entry',
          whatHappened: `The audit log has no entry ${id}.`,
          whatToDo: 'Check the id; aisha-console audit tail prints those of the newest.',
        });
      }
      const reveals = Boolean(options['reveal']);
      let isMasked = false;
      const jsonText = entryJson(entry, { reveals, onMasked: () => void (isMasked = true) }, entry.more);
      if (isMasked) context.narrate(secretsMasked);
      return { json: undefined, jsonText, text: () => entryCard(entry, reveals) };
    },
};

function entryCard(entry: AuditEntryDetail, reveals: boolean): string {
  const { more } = entry;
  const facts = [
    ['id', entry.id],
    ['at', entry.at],
    ['action', entry.action],
    ['table', entry.table],
    ['record', entry.recordId],
    ['tenant', entry.tenantId],
    ['actor', entry.actor],
    ['ip address', more.ipAddress],
    ['user agent', more.userAgent],
    ['request', more.requestId],
  ].filter(([, value]) => value !== null);
  const { edit, changes, unreadable } = readableChange(entry);
  const reason = edit === undefined || edit.reason === '' ? [] : [['reason', edit.reason]];
  const rows = [...facts, ...reason].map(([name, value]) => [displayText(name ?? ''), displayText(value ?? '')]);
  return [
    textTable([{ title: label('ENTRY') }, { title: label('') }], rows),
    '',
    ...(unreadable === undefined ? changesText(changes, reveals) : [displayText(whyNot(unreadable))]),
  ].join('\n');
}

const changesText = (changes: Parameters<typeof changeLines>[0], reveals: boolean): readonly string[] =>
  changes.length === 0 ? ['No change of values is on record.'] : changeLines(changes, reveals);

const whyNot = (unreadable: string): string =>
  `What was changed can not be shown: ${unreadable} --json --reveal prints the documents as they are.`;
