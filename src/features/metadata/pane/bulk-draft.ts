import type { ConsoleSession } from '#console/public/hooks.ts';
import { AdminError } from '#core/errors.ts';
import { createStore, type Store } from '#core/store.ts';
import type { TenantIdentity } from '#core/tenant-identity.ts';
import { emptyField, fieldOf, insertText, type TextField, textOf } from '#ui/text-field.ts';
import { parseChangeLine } from '../bulk-change.ts';
import type { DocumentColumn } from '../documents.ts';
import type { SearchCondition } from '../search-condition.ts';
import { mostFieldGraphemes } from './prompts.ts';

/** What a bulk change is begun from: the list as it is searched, and whose rows it shows. */
export interface BulkStart {
  readonly column: DocumentColumn;
  readonly condition: SearchCondition;
  /** The condition in words. */
  readonly which: string;
  readonly tenant: TenantIdentity | undefined;
}

/** A bulk change that is being put together. Outlives its dialog: whoever has to look something up, or to unlock, types nothing twice. */
export interface BulkDraft {
  readonly lines: readonly TextField[];
  readonly cursor: number;
  /** Left from an earlier opening and not touched since: typing begins anew, any other edit goes on with it. */
  readonly isFromBefore: boolean;
  /** Every tenant's rows, chosen by name where no tenant is pinned. */
  readonly isForAll: boolean;
  /** Problems are told as such once somebody wanted to go on. */
  readonly hasTried: boolean;
  readonly isReading: boolean;
  readonly failure: unknown;
  readonly reason: string;
  /** Goes on with an earlier run. */
  readonly bulkId: string | undefined;
}

export const emptyDraft: BulkDraft = {
  lines: [emptyField],
  cursor: 0,
  isFromBefore: false,
  isForAll: false,
  hasTried: false,
  isReading: false,
  failure: undefined,
  reason: '',
  bulkId: undefined,
};

export function bulkDraftOf(session: ConsoleSession): Store<BulkDraft> {
  return session.stateOf('metadata-bulk-draft', () => createStore(emptyDraft));
}

/** The draft as a dialog opened anew shows it. Whose records is said anew each time. */
export function reopened(draft: BulkDraft, bulkId: string | undefined): BulkDraft {
  const isFromBefore = draft.lines.some((line) => textOf(line).trim() !== '');
  return { ...draft, bulkId, isFromBefore, isForAll: false, isReading: false, hasTried: false, failure: undefined };
}

/** Edits the line under the cursor. */
export function changeLine(draft: BulkDraft, edit: (field: TextField) => TextField): BulkDraft {
  const lines = draft.lines.map((line, index) => (index === draft.cursor ? edit(line) : line));
  return { ...draft, lines, isFromBefore: false, hasTried: false, failure: undefined };
}

/** Types or pastes at the cursor, in place of lines from before; a paste of several lines becomes lines. */
export function insertLines(draft: BulkDraft, text: string): BulkDraft {
  const [first = '', ...others] = text.split(/\r\n?|\n/);
  const { lines: before, cursor } = draft.isFromBefore ? emptyDraft : draft;
  const begun = changeLine({ ...draft, lines: before, cursor }, (field) => insertText(field, first, mostFieldGraphemes));
  if (others.length === 0) return begun;
  const added = others.map((line) => insertText(emptyField, line, mostFieldGraphemes));
  const lines = [...begun.lines.slice(0, cursor + 1), ...added, ...begun.lines.slice(cursor + 1)];
  return { ...begun, lines, cursor: cursor + added.length };
}

/** Goes to the line above or below; below a last line that says something there is always another. */
export function moveLine(from: BulkDraft, by: 1 | -1): BulkDraft {
  const draft = { ...from, isFromBefore: false };
  const { lines, cursor } = draft;
  const next = cursor + by;
  if (next < 0) return draft;
  if (next < lines.length) return { ...draft, cursor: next };
  return textOf(lines.at(-1) ?? emptyField).trim() === '' ? draft : { ...draft, lines: [...lines, fieldOf('')], cursor: next };
}

/** What is wrong with a line; undefined where it is understood, or empty. */
export function lineProblem(line: TextField): string | undefined {
  const text = textOf(line);
  if (text.trim() === '') return undefined;
  try {
    parseChangeLine(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof AdminError)) throw error;
    return `${error.message} ${error.whatToDo}`;
  }
}

/** Why the dry run can not be made yet. */
export function draftProblem({ lines, isForAll }: BulkDraft, { tenant }: BulkStart): string | undefined {
  if (lines.every((line) => textOf(line).trim() === '')) return 'Type what to change first.';
  if (lines.some((line) => lineProblem(line) !== undefined)) return 'A line is not understood.';
  if (tenant === undefined && !isForAll)
    return 'Say whose records: ctrl-g takes those of ALL TENANTS; or close this and pin a tenant.';
  return undefined;
}
