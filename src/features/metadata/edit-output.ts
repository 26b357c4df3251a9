import { changeLines } from '#core/change-text.ts';
import type { CommandResult } from '#core/command.ts';
import { displayText } from '#core/display-text.ts';
import { AdminError } from '#core/errors.ts';
import { parseExactJson } from '#core/exact-json.ts';
import { patchWithoutSecrets } from '#core/json/masked.ts';
import type { JsonNode } from '#core/json/node.ts';
import { diff, type Patch } from '#core/json/patch.ts';
import { formatPointer, pointerInWords } from '#core/json/pointer.ts';
import { writePatch } from '#core/json/patch-text.ts';
import { maskText } from '#core/mask.ts';
import { textTable } from '#core/text-table.ts';
import type { DocumentPlace } from './documents.ts';
import type { HistoryEntry } from './history.ts';
import { previewEdit, type SavedEdit, type SaveOutcome } from './save.ts';

/** The edit as scripts get it: patch and inverse as RFC 6902. */
function editJson(edit: SavedEdit, reveals: boolean): Record<string, unknown> {
  const { id, table, record_id, patch, inverse, reason, operator, at } = edit;
  return {
    id,
    table,
    record_id,
    patch: patchJson(patch, reveals),
    inverse: patchJson(inverse, reveals),
    reason,
    operator,
    at,
  };
}

function patchJson(patch: Patch, reveals: boolean): unknown {
  return parseExactJson(writePatch(reveals ? patch : patchWithoutSecrets(patch)));
}

/** What a save prints as JSON; `reveals` shows secrets. Throws an AdminError (conflict) that names the overlapping paths: nothing was saved then. */
export function outcomeJson(outcome: SaveOutcome, reveals: boolean): unknown {
  switch (outcome.state) {
    case 'saved':
      return editJson(outcome.edit, reveals);
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
export function outcomeText(outcome: SaveOutcome, reveals: boolean): string {
  if (outcome.state !== 'saved') return 'Nothing to change: the document already says so.';
  const { edit } = outcome;
  return [
    `Saved ${displayText(edit.table)} ${displayText(edit.record_id)}${edit.isOnRecord ? ` as edit ${edit.id}` : ''}.`,
    ...outcomeAsides(outcome, reveals),
    edit.isOnRecord
      ? `Undo: aisha-console metadata undo ${edit.id} --reason WHY --yes`
      : 'It is on no record and can not be undone by its id; --json has the patch that takes it back.',
  ].join('\n');
}

/** What a person must know of a save beside the edit itself: what others had changed, and what a trigger made of it. */
export function outcomeAsides(outcome: SaveOutcome, reveals: boolean): readonly string[] {
  if (outcome.state !== 'saved') return [];
  const { alsoChanged, rewritten } = outcome;
  return [
    ...(alsoChanged.length > 0 ? ['Others had changed meanwhile, and that was kept:', ...changeLines(alsoChanged, reveals)] : []),
    ...(rewritten.length > 0 ? ['A trigger stored something else than was sent:', ...changeLines(rewritten, reveals)] : []),
  ];
}

/** `--dry-run`: the change in words, as a patch, and as the statement. */
export function previewResult(place: DocumentPlace, base: JsonNode, mine: JsonNode, reveals: boolean): CommandResult {
  const { changes, sql } = previewEdit(place, base, mine);
  return {
    json: { dry_run: true, table: place.table.title, record_id: place.id, patch: patchJson(diff(base, mine), reveals) },
    text: () =>
      [changes.length === 0 ? 'Nothing would change.' : 'Would change:', ...changeLines(changes, reveals), '', sql.trim()].join(
        '\n',
      ),
  };
}

/** The history as scripts get it. */
export function historyJson(entries: readonly HistoryEntry[], reveals: boolean): unknown {
  return {
    history: entries.map((entry) => ({
      id: entry.id,
      at: entry.at,
      action: entry.action,
      actor: entry.actor,
      reason: entry.reason ?? null,
      patch: entry.patch === undefined ? null : patchJson(entry.patch, reveals),
      changes: entry.changes.map((change) => ({ path: formatPointer(change.path), change: change.change })),
      ...(entry.unreadable !== undefined && { unreadable: entry.unreadable }),
    })),
  };
}

/** The history for people: one line an entry, its changes below. */
export function historyText(entries: readonly HistoryEntry[], reveals: boolean): string {
  if (entries.length === 0) return 'The audit log knows nothing about this record.';
  const heads = entries.map((entry) =>
    [entry.at ?? '', entry.action, entry.actor ?? '', maskText(entry.reason ?? ''), entry.id].map((cell) => displayText(cell)),
  );
  const table = textTable(
    ['AT', 'ACTION', 'ACTOR', 'REASON', 'ID'].map((title) => ({ title })),
    heads,
  ).split('\n');
  const below = ({ changes, unreadable }: HistoryEntry): readonly string[] =>
    unreadable === undefined ? changeLines(changes, reveals) : [`  ${displayText(`can not be shown: ${unreadable}`)}`];
  return [table[0], ...entries.flatMap((entry, index) => [table[index + 1], ...below(entry)])].join('\n');
}
