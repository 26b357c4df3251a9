import { isMigration } from '../expected.ts';
import type { ParsedMigration, ParsedStatement } from '../parse.ts';
import { readFailureText, type ToldFailure } from '../run/failure.ts';
import { isInForce, type MigrationStatus } from '../status.ts';

/** What became of a statement. `lost`: it ran, and was rolled back with its transaction. */
export type Outcome = 'done' | 'failed' | 'lost' | 'not-run' | 'under-way' | 'told-nothing';

export const outcomeWords: Readonly<Record<Outcome, string>> = {
  done: 'done',
  failed: 'FAILED',
  lost: 'ran, and was rolled back',
  'not-run': 'not run',
  'under-way': 'under way',
  'told-nothing': '',
};

/** What the history says of how a file failed; undefined where it did not, or where the file was changed since. */
export function toldFailure({
  state,
  row,
  file,
  error,
}: MigrationStatus): (ToldFailure & { readonly isStale: boolean }) | undefined {
  if (error === undefined || (state !== 'failed' && state !== 'unknown')) return undefined;
  const isStale = row?.checksum !== null && row?.checksum !== undefined && file !== undefined && row.checksum !== file.checksum;
  return { ...readFailureText(error), isStale };
}

/** What became of each statement, as far as the history tells. */
export function outcomeOf(migration: MigrationStatus, parsed: ParsedMigration): (statement: ParsedStatement) => Outcome {
  const { state, row, flags } = migration;
  if (migration.file === undefined || !isMigration(migration.file)) return () => 'told-nothing';
  if (flags.includes('edited')) return () => 'told-nothing';
  if (isInForce(state)) return () => (state === 'applied' ? 'done' : 'told-nothing');
  if (state === 'pending') return () => 'not-run';
  const note = row?.note;
  const failure = toldFailure(migration);
  if (failure?.isStale || (note?.kind !== 'failed' && note?.kind !== 'running')) return () => 'told-nothing';
  const done = note.done.statements;
  const failed = failure?.statement;
  const isWhole = parsed.mode === 'transactional';
  return ({ ordinal }) => {
    if (ordinal <= done) return 'done';
    if (note.kind === 'running') return note.statement === ordinal ? 'under-way' : 'not-run';
    if (failed === undefined) return 'told-nothing';
    if (ordinal === failed) return 'failed';
    return ordinal < failed && isWhole ? 'lost' : 'not-run';
  };
}
