import { writeMigration, type WrittenMigration } from '#core/write-migration.ts';
import type { Finding } from './finding.ts';

/**
 * Writes findings as numbered migrations with their ROLLBACK_ twins, one each, since what is CONCURRENTLY stands alone; what two findings ask for
 * alike is written once, and what the folder has already is left as it is. Throws an AdminError (configuration, migration-not-written).
 */
export async function writeFindings(
  directory: string,
  findings: readonly Finding[],
  by: { readonly author: string; readonly date: Date },
): Promise<readonly WrittenMigration[]> {
  const written: WrittenMigration[] = [];
  for (const [sql, [finding]] of Map.groupBy(findings, (each) => each.sql)) {
    if (finding === undefined) continue;
    const description = `${finding.check}: ${finding.reason}`;
    written.push(
      await writeMigration(directory, { ...by, slug: slugOf(finding), description, up: sql, down: finding.rollbackSql }),
    );
  }
  return written;
}

const verbs: readonly (readonly [RegExp, string])[] = [
  [/^CREATE /m, 'create'],
  [/^DROP |DROP CONSTRAINT/m, 'drop'],
  [/^REINDEX /m, 'reindex'],
  [/ RENAME TO /m, 'rename'],
  [/^VACUUM /m, 'vacuum'],
];

/** `create_idx_contacts_email`, `drop_idx_contacts_tenant`: what the file does, with the schema where that is not public. */
function slugOf({ sql, schema, table, index, check }: Finding): string {
  const verb = verbs.find(([pattern]) => pattern.test(sql))?.[1] ?? check;
  const made = /INDEX (?:CONCURRENTLY )?IF NOT EXISTS (?:"([^"]+)"|(\w+)) ON/.exec(sql);
  const object = verb === 'vacuum' ? table : verb === 'create' ? (made?.[1] ?? made?.[2] ?? table) : (index ?? table);
  return [verb, ...(schema === 'public' ? [] : [schema]), object].join('_');
}
