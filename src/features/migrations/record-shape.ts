import type { z } from 'zod';
import { AdminError } from '#core/errors.ts';
import type { describeRecordsQuery } from './queries.ts';

type DescribedRecords = z.output<typeof describeRecordsQuery.row>;

/** What a column must be like to hold what is recorded. */
interface Wanted {
  readonly words: string;
  readonly type: RegExp;
  /** Characters that must find room. */
  readonly leastLength?: number;
  readonly mayBeMissing?: true;
}

const text = /^(text|citext|character varying(\(\d+\))?)$/;
const columns: Readonly<Record<string, Wanted>> = {
  migration_name: { words: 'text of 255 characters', type: text, leastLength: 255 },
  applied_at: { words: 'timestamptz', type: /^timestamp(\(\d\))? with(out)? time zone$/ },
  applied_by: { words: 'text of 255 characters', type: text, leastLength: 255 },
  execution_time_ms: { words: 'integer', type: /^(integer|bigint|numeric|double precision)$/ },
  success: { words: 'boolean', type: /^boolean$/ },
  error_message: { words: 'text', type: text, leastLength: 1000 },
  checksum: { words: 'text of 64 characters', type: text, leastLength: 64, mayBeMissing: true },
};

/**
 * Throws an AdminError (refused, history-foreign) where the table that is there cannot hold what is recorded: then it is another program's, or
 * was made in another shape than manual 4.5 has it.
 */
export function requireOurs(row: DescribedRecords | undefined): asserts row is DescribedRecords {
  const complaint = row === undefined ? undefined : complaintOf(row);
  if (row !== undefined && complaint === undefined) return;
  throw new AdminError({
    kind: 'refused',
    code: 'history-foreign',
    whatHappened: complaint ?? 'public.schema_migrations could not be described.',
    whatToDo: 'Nothing was changed. Rename the table, or bring it into that shape.',
  });
}

function complaintOf(row: DescribedRecords): string | undefined {
  const has = new Map(row.history_columns.map((name, index) => [name, row.history_types[index] ?? '']));
  const missing = Object.entries(columns).flatMap(([name, { mayBeMissing }]) => (has.has(name) || mayBeMissing ? [] : [name]));
  if (missing.length > 0) return `public.schema_migrations has no ${missing.join(', ')}: it is not the history of manual 4.5.`;
  for (const [name, { words, type, leastLength = 0 }] of Object.entries(columns)) {
    const found = has.get(name);
    const length = Number(/\((\d+)\)$/.exec(found ?? '')?.[1] ?? Number.POSITIVE_INFINITY);
    if (found !== undefined && (!type.test(found) || (leastLength > 0 && length < leastLength)))
      return `public.schema_migrations.${name} is ${found}, and ${words} is needed (manual 4.5).`;
  }
  // Of our own columns only the time and what a success leaves empty may not be left out.
  const unfilled = row.history_needs.filter((name) => !['migration_name', 'applied_at', 'applied_by', 'success'].includes(name));
  if (unfilled.length > 0)
    return `public.schema_migrations does not let ${unfilled.join(', ')} be empty, and a migration has nothing for that (manual 4.5).`;
  return row.names_are_unique
    ? undefined
    : 'public.schema_migrations has no unique constraint on migration_name, as manual 4.5 has it.';
}

/** Throws an AdminError (refused, history-forbidden) where the role lacks a right to write the history. */
export function requireRights({ missing_rights: missing, role_name: role, history_owner: owner }: DescribedRecords): void {
  if (missing.length === 0) return;
  throw new AdminError({
    kind: 'refused',
    code: 'history-forbidden',
    whatHappened: `The role ${role} may not write the history of migrations: it lacks ${missing.join(', ')}.`,
    whatToDo: `Nothing was run. Connect as ${owner ?? 'the owner of public.schema_migrations'}, or let that role grant it.`,
  });
}

/** Throws an AdminError (refused, history-owned) where only another role may add a column. */
export function requireOwner({ is_owner: isOwner, role_name: role, history_owner: owner }: DescribedRecords): void {
  if (isOwner) return;
  throw new AdminError({
    kind: 'refused',
    code: 'history-owned',
    whatHappened: `The history has no column for checksums, and the role ${role} may not add one: public.schema_migrations belongs to ${owner ?? 'another role'}.`,
    whatToDo: 'Nothing was changed. Without it the history works, and what was applied counts as unverified.',
  });
}
