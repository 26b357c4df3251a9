/** One of several steps of a file, and what it is for. */
export interface MigrationStep {
  readonly description: string;
  /** As of a file of its own; nothing but a comment where the step has nothing to do. */
  readonly sql: string;
}

/** A change of the schema, to be written as a numbered file with the twin that takes it back (manual 4.2 and 4.4). */
export interface MigrationContent {
  /** What the file is called behind its number: `audit_log_txid`. Anything but letters and digits becomes `_`. */
  readonly slug: string;
  readonly description: string;
  /** SQL; a statement that can not run in a transaction (CONCURRENTLY, VACUUM) is alone in it, or a step of its own. */
  readonly up: string | readonly MigrationStep[];
  readonly down: string | readonly MigrationStep[];
  readonly author: string;
  readonly date: Date;
  /** File names of migrations that must have been applied before. */
  readonly dependencies?: readonly string[];
}

export interface MigrationFile {
  readonly name: string;
  readonly text: string;
}

export interface MigrationPair {
  readonly migration: MigrationFile;
  readonly rollback: MigrationFile;
}

// Dates (`2025-12-17_`, `20260424_`) are no numbers; `155a_` takes 155, and a rollback takes the number of what it takes back.
const numbered = /^(?:rollback_)?(\d{1,4})([a-z]?)_(.+)\.sql$/i;

/** The file's number as it is written, and what stands behind it; undefined for a name without a number. */
function partsOf(name: string): { readonly digits: string; readonly slug: string } | undefined {
  const match = numbered.exec(name);
  return match === null ? undefined : { digits: match[1] ?? '', slug: (match[3] ?? '').toLowerCase() };
}

/**
 * The number behind the highest that the folder's files have, in as many digits as most of them: three unless told otherwise. Gaps stay, since
 * what filled them may have been applied and removed. A number of nines closes a folder (`999_enable_rls_policies.sql`) and is left out.
 */
export function nextMigrationNumber(names: readonly string[]): string {
  const digits = names.flatMap((name) => partsOf(name)?.digits ?? []);
  const four = digits.filter((number) => number.length === 4).length;
  const width = four * 2 > digits.length ? 4 : 3;
  const taken = new Set(digits.map(Number));
  let next = Math.max(0, ...digits.filter((number) => !/^9{3,}$/.test(number)).map(Number)) + 1;
  while (taken.has(next)) next += 1;
  return String(next).padStart(width, '0');
}

/** The file of a folder that has this slug already, whatever its number. */
export function existingMigration(names: readonly string[], slug: string): string | undefined {
  return names.find((name) => !/^rollback_/i.test(name) && partsOf(name)?.slug === migrationSlug(slug));
}

/** Words as they stand in a file's name: small letters, digits and `_`, 80 characters at most. */
export function migrationSlug(text: string): string {
  const slug = text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '_');
  return slug.slice(0, 80).replaceAll(/^_+|_+$/g, '') || 'migration';
}

/** The migration and its twin with the next number of a folder that has files of these `names`. Throws a RangeError for SQL that could not run. */
export function migrationPair(names: readonly string[], content: MigrationContent): MigrationPair {
  const name = `${nextMigrationNumber(names)}_${migrationSlug(content.slug)}.sql`;
  const { description, dependencies = [] } = content;
  return {
    migration: fileOf(name, description, content.up, content, dependencies),
    rollback: fileOf(`ROLLBACK_${name}`, `Takes ${name} back`, content.down, content, []),
  };
}

const rule = '-- ============================================';
const standsAlone = /\bconcurrently\b|^\s*(?:vacuum|alter\s+system|reindex\s+(?:schema|database|system))\b/im;

function fileOf(
  name: string,
  description: string,
  sql: MigrationContent['up'],
  { author, date }: MigrationContent,
  dependencies: readonly string[],
): MigrationFile {
  const lines = [
    rule,
    `-- Migration: ${name}`,
    `-- Description: ${oneLine(description)}`,
    ...(dependencies.length > 0 ? [`-- Dependencies: ${dependencies.map(oneLine).join(', ')}`] : []),
    `-- Date: ${date.toISOString().slice(0, 10)}`,
    `-- Author: ${oneLine(author)}`,
    rule,
    '',
    ...(typeof sql === 'string' ? bodyOf(sql.trim()) : stepsOf(sql)),
  ];
  return { name, text: `${lines.join('\n')}\n` };
}

function bodyOf(sql: string): readonly string[] {
  if (!isAlone(sql)) return ['-- Enable transaction (if safe)', 'BEGIN;', '', sql, '', 'COMMIT;'];
  return ['-- Not transactional: run this file by itself, on a direct connection (not through the pooler).', sql];
}

/** A step that may be in a transaction has its own: what it locks it locks for itself, and a file that failed goes on behind what is done. */
function stepsOf(steps: readonly MigrationStep[]): readonly string[] {
  return [
    '-- Not one transaction: step by step, on a direct connection (not through the pooler); in psql without --single-transaction.',
    ...steps.flatMap(({ description, sql }, place) => {
      const isNothing = codeOf(sql) === '';
      const body = isNothing || isAlone(sql) ? [sql.trim()] : ['BEGIN;', sql.trim(), 'COMMIT;'];
      return ['', `-- ${place + 1} of ${steps.length}: ${oneLine(description)}`, ...body];
    }),
  ];
}

const codeOf = (sql: string): string => sql.replaceAll(/^\s*--.*$/gm, '').trim();

/** Throws a RangeError where a statement that has to be alone is not. */
function isAlone(sql: string): boolean {
  const code = codeOf(sql);
  if (!standsAlone.test(code)) return false;
  if (/;\s*\S/.test(code)) throw new RangeError('A statement that can not run in a transaction needs a migration of its own.');
  return true;
}

/** For a comment of one line: what ends a line would turn the rest of it into SQL. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{C}\p{Z}]+/gu, ' ').trim();
}
