import { maskMessage } from '#core/mask-sql.ts';
import type { Evidence } from './evidence.ts';
import { isMigration } from './expected.ts';
import { folderFlags, type MigrationFlag, numberText } from './flags.ts';
import type { MigrationFile } from './folder.ts';
import type { History, HistoryRow } from './history.ts';
import { stateOfRun } from './history-note.ts';
import { type KeyMigration, keyMigrations } from './key-migrations.ts';
import type { ParsedMigration } from './parse.ts';

export type MigrationState =
  | 'applied'
  | 'pending'
  | 'failed'
  | 'running'
  | 'unknown'
  | 'missing-file'
  | 'baseline'
  | 'resolved'
  | 'not-a-migration';

/** One line of the status: a file, a row of the history, or both. */
export interface MigrationStatus {
  readonly name: string;
  readonly number: string | undefined;
  readonly state: MigrationState;
  readonly flags: readonly MigrationFlag[];
  readonly row: HistoryRow | undefined;
  /** Why it failed, was resolved or rolled back, as the history says it. Not displayable text yet. */
  readonly error: string | undefined;
  /** Undefined for what is no migration and for a file that is missing. */
  readonly evidence: Evidence | undefined;
  readonly file: MigrationFile | undefined;
  readonly parsed: ParsedMigration | undefined;
  readonly key: KeyMigration | undefined;
}

export interface StatusInput {
  readonly files: readonly MigrationFile[];
  readonly parsed: readonly ParsedMigration[];
  readonly history: History;
  readonly evidence: readonly Evidence[];
  /** Server processes that hold the lock under which migrations run. */
  readonly lockHolders: readonly number[];
}

/** What is true of each migration, in their order; rows of the history without a file come last. Pure. */
export function statusOf(input: StatusInput): readonly MigrationStatus[] {
  const { files, parsed, history, evidence } = input;
  const rows = new Map(history.rows.map((row) => [row.name, row]));
  const flags = folderFlags(files, parsed);
  const isFresh = evidence.every(({ present }) => present === 0);
  const statuses = files.map((file, position): MigrationStatus => {
    const row = rows.get(file.name);
    const own = evidence[position];
    const hasServed = row !== undefined && isServed(file, row, history.rows, input.lockHolders);
    const state =
      row === undefined || hasServed ? stateWithoutRow(file, own, history, isFresh) : stateOfRow(row, input.lockHolders);
    return {
      name: file.name,
      number: numberText(file),
      state,
      flags: [...recordFlags(file, row, state), ...(flags[position] ?? [])],
      row,
      error: row === undefined ? undefined : noteText(row, state),
      evidence: isMigration(file) ? own : undefined,
      file,
      parsed: parsed[position],
      key: keyMigrations.get(file.name),
    };
  });
  const names = new Set(files.map(({ name }) => name));
  const withoutFile = history.rows.filter(({ name }) => !names.has(name));
  return [...withOutOfOrder(statuses), ...withoutFile.map(missingFile)];
}

/** Whether a state says that the file is in force. */
export function isInForce(state: MigrationState): boolean {
  return state === 'applied' || state === 'baseline' || state === 'resolved';
}

function stateOfRow({ success, note }: HistoryRow, lockHolders: readonly number[]): MigrationState {
  switch (note?.kind) {
    case undefined:
      return success === null ? 'unknown' : success ? 'applied' : 'failed';
    case 'running': {
      const run = stateOfRun(note, lockHolders);
      return run === 'interrupted' ? 'failed' : run;
    }
    case 'failed':
      return 'failed';
    case 'baseline':
      return 'baseline';
    case 'imported':
      return 'applied';
    case 'resolved':
      return note.as === 'applied' ? 'resolved' : 'pending';
    case 'rolled-back':
      return 'pending';
  }
}

/** Whether a rollback ran, and what it took back was applied again since: then it is a script that waits to be used, as before. */
function isServed(
  { place }: MigrationFile,
  row: HistoryRow,
  rows: readonly HistoryRow[],
  lockHolders: readonly number[],
): boolean {
  if (place.kind !== 'rollback' || row.success !== true) return false;
  const undone = rows.find(({ name }) => name.toLowerCase() === place.undoes.toLowerCase());
  if (undone === undefined || !isInForce(stateOfRow(undone, lockHolders))) return false;
  return Date.parse(undone.appliedAt ?? '') > Date.parse(row.appliedAt ?? '');
}

/**
 * Without a row a file is pending where a history is kept. Where none is, that nothing recorded it says nothing: then only what it should
 * have left behind and did not makes it pending, or a database in which no migration left anything. Where rows may be hidden, nothing does.
 */
function stateWithoutRow(
  file: MigrationFile,
  evidence: Evidence | undefined,
  history: History,
  isFresh: boolean,
): MigrationState {
  if (!isMigration(file)) return 'not-a-migration';
  if (history.hidden !== undefined) return 'unknown';
  if (history.rows.length > 0 || isFresh) return 'pending';
  return evidence !== undefined && evidence.expected > 0 && evidence.present === 0 ? 'pending' : 'unknown';
}

/** Whoever wrote the row may have kept a secret in it. */
function noteText({ note, errorMessage }: HistoryRow, state: MigrationState): string | undefined {
  if (note?.kind === 'failed') return maskMessage(note.message);
  if (note?.kind === 'running' && state !== 'running') return `interrupted; ${maskMessage(errorMessage ?? '')}`;
  return errorMessage === null ? undefined : maskMessage(errorMessage);
}

function recordFlags(file: MigrationFile, row: HistoryRow | undefined, state: MigrationState): readonly MigrationFlag[] {
  if (row === undefined || !isInForce(state)) return [];
  // Another program's checksum can not be compared.
  if (row.checksum === null || !/^[0-9a-f]{64}$/i.test(row.checksum)) return ['unverified'];
  return row.checksum.toLowerCase() === file.checksum ? [] : ['edited'];
}

/** Marks what was applied after a later file, or would be. Rollback scripts stand last and have no place in the order. */
function withOutOfOrder(statuses: readonly MigrationStatus[]): readonly MigrationStatus[] {
  let earliestLater = Number.POSITIVE_INFINITY;
  return statuses
    .toReversed()
    .map((status) => {
      if (status.file === undefined || !isMigration(status.file)) return status;
      const isRecorded = isInForce(status.state);
      const appliedAt = isRecorded ? Date.parse(status.row?.appliedAt ?? '') : Number.NaN;
      const isPending = status.state === 'pending' || status.state === 'failed';
      const isLate = isPending ? earliestLater < Number.POSITIVE_INFINITY : appliedAt > earliestLater;
      if (status.state === 'applied' && appliedAt < earliestLater) earliestLater = appliedAt;
      return isLate ? { ...status, flags: ['out-of-order' as const, ...status.flags] } : status;
    })
    .toReversed();
}

function missingFile(row: HistoryRow): MigrationStatus {
  return {
    name: row.name,
    number: undefined,
    state: 'missing-file',
    flags: [],
    row,
    error: noteText(row, 'missing-file'),
    evidence: undefined,
    file: undefined,
    parsed: undefined,
    key: keyMigrations.get(row.name),
  };
}
