import type { CommandResult } from '#core/command.ts';
import { displayText } from '#core/display-text.ts';
import { AdminError } from '#core/errors.ts';
import { parseExactJson } from '#core/exact-json.ts';
import type { Change } from '#core/json/changes.ts';
import type { JsonNode } from '#core/json/node.ts';
import { formatPointer, pointerInWords } from '#core/json/pointer.ts';
import { writePatch } from '#core/json/patch-text.ts';
import { writeJson } from '#core/json/write.ts';
import { isSecretName, maskSecret, maskText } from '#core/mask.ts';
import { textTable } from '#core/text-table.ts';
import type { DocumentPlace } from './documents.ts';
import type { HistoryEntry } from './history.ts';
import { previewEdit, type SavedEdit, type SaveOutcome } from './save.ts';

/** The edit as scripts get it: patch and inverse as RFC 6902. */
function editJson(edit: SavedEdit): Record<string, unknown> {
  const { id, table, record_id, patch, inverse, reason, operator, at } = edit;
  return {
    id,
    table,
    record_id,
    patch: parseExactJson(writePatch(patch)),
    inverse: parseExactJson(writePatch(inverse)),
    reason,
    operator,
    at,
  };
}

/** What a save prints as JSON. Throws an AdminError (conflict) that names the overlapping paths: nothing was saved then. */
export function outcomeJson(outcome: SaveOutcome): unknown {
  switch (outcome.state) {
    case 'saved':
      return editJson(outcome.edit);
    case 'unchanged':
      return { unchanged: true };
    case 'conflict':
      throw new AdminError({
        kind: 'conflict',
        code: 'conflict',
        whatHappened: 'Somebody else changed the same paths since the document was read.',
        whatToDo: 'Nothing was saved. Read it again and decide.',
        detail: outcome.merge.conflicts.map(({ path }) => pointerInWords(path)).join('\n'),
      });
  }
}

/** The same for people. */
export function outcomeText(outcome: SaveOutcome): string {
  if (outcome.state !== 'saved') return 'Nothing to change: the document already says so.';
  const { edit, alsoChanged, rewritten } = outcome;
  return [
    `Saved ${displayText(edit.table)} ${displayText(edit.record_id)}${edit.isOnRecord ? ` as edit ${edit.id}` : ''}.`,
    ...(alsoChanged.length > 0 ? ['Others had changed meanwhile, and that was kept:', ...changeLines(alsoChanged)] : []),
    ...(rewritten.length > 0 ? ['A trigger stored something else than was sent:', ...changeLines(rewritten)] : []),
    edit.isOnRecord
      ? `Undo: aisha-console metadata undo ${edit.id} --reason WHY --yes`
      : 'It is on no record and can not be undone by its id; --json has the patch that takes it back.',
  ].join('\n');
}

/** `--dry-run`: the change in words, as a patch, and as the statement. */
export function previewResult(place: DocumentPlace, base: JsonNode, mine: JsonNode): CommandResult {
  const { changes, patchText, sql } = previewEdit(place, base, mine);
  return {
    json: { dry_run: true, table: place.table.title, record_id: place.id, patch: parseExactJson(patchText) },
    text: () =>
      [changes.length === 0 ? 'Nothing would change.' : 'Would change:', ...changeLines(changes), '', sql.trim()].join('\n'),
  };
}

/** Changes for people, a line each, secrets masked. */
export function changeLines(changes: readonly Change[]): readonly string[] {
  return changes.map((change) => {
    const hint = change.hint === undefined ? '' : ` (${change.hint})`;
    const pointer = displayText(formatPointer(change.path) || '(the whole document)');
    return `  ${change.change} ${pointer}: ${valueText(change, change.before)} -> ${valueText(change, change.after)}${hint}`;
  });
}

function valueText({ path }: Change, node: JsonNode | undefined): string {
  if (node === undefined) return '(nothing)';
  const text = writeJson(node);
  return displayText(path.some((key) => isSecretName(key)) ? maskSecret(text) : maskText(text), { maxWidth: 80 });
}

/** The history as scripts get it. */
export function historyJson(entries: readonly HistoryEntry[]): unknown {
  return {
    history: entries.map((entry) => ({
      id: entry.id,
      at: entry.at,
      action: entry.action,
      actor: entry.actor,
      reason: entry.reason ?? null,
      patch: entry.patch === undefined ? null : parseExactJson(writePatch(entry.patch)),
      changes: entry.changes.map((change) => ({ path: formatPointer(change.path), change: change.change })),
    })),
  };
}

/** The history for people: one line an entry, its changes below. */
export function historyText(entries: readonly HistoryEntry[]): string {
  if (entries.length === 0) return 'The audit log knows nothing about this record.';
  const heads = entries.map((entry) =>
    [entry.at ?? '', entry.action, entry.actor ?? '', entry.reason ?? '', entry.id].map((cell) => displayText(cell)),
  );
  const table = textTable(
    ['AT', 'ACTION', 'ACTOR', 'REASON', 'ID'].map((title) => ({ title })),
    heads,
  ).split('\n');
  return [table[0], ...entries.flatMap((entry, index) => [table[index + 1], ...changeLines(entry.changes)])].join('\n');
}
