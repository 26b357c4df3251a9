import { readFile } from 'node:fs/promises';
import type { MigrationStep } from '#core/migration-file.ts';
import { writeMigration, type WrittenMigration } from '#core/write-migration.ts';
import { nothingToTakeBack } from './checks/sql.ts';
import type { Finding } from './finding.ts';

interface By {
  readonly author: string;
  readonly date: Date;
}

/**
 * Writes findings as numbered migrations with their ROLLBACK_ twins, one each; what two findings ask for alike is written once, and what the folder
 * has already is left as it is. Throws an AdminError (configuration, migration-not-written).
 */
export async function writeFindings(
  directory: string,
  findings: readonly Finding[],
  by: By,
): Promise<readonly WrittenMigration[]> {
  const written: WrittenMigration[] = [];
  for (const finding of distinct(findings)) {
    const { sql: up, rollbackSql: down } = finding;
    written.push(
      await writeMigration(directory, { ...by, slug: slugOf(finding), description: descriptionOf(finding), up, down }),
    );
  }
  return written;
}

/** How many files of the same name may stand beside each other. */
const mostAlike = 100;

/**
 * The same in one file, step by step: what is CONCURRENTLY by itself, the rest each in a transaction of its own. The twin takes the steps back in
 * reverse. One finding alone is written as it is by itself, and none as nothing.
 */
export async function writeFindingsTogether(
  directory: string,
  findings: readonly Finding[],
  by: By,
): Promise<readonly WrittenMigration[]> {
  const all = distinct(findings);
  const [first] = all;
  if (first === undefined || all.length === 1) return writeFindings(directory, all, by);
  const step = (finding: Finding, sql: string): MigrationStep => ({ description: descriptionOf(finding), sql });
  const checks = [...new Set(all.map(({ check }) => check))].join(', ');
  const content = {
    ...by,
    description: `${all.length} findings of the indexes: ${checks}`,
    up: all.map((finding) => step(finding, finding.sql)),
    down: all
      .toReversed()
      .map((finding) =>
        step(finding, finding.rollbackSql === nothingToTakeBack ? '-- Nothing to take back.' : finding.rollbackSql),
      ),
  };
  const slug = `${slugOf(first)}_and_${all.length - 1}_more`;
  for (let place = 1; ; place += 1) {
    const written = await writeMigration(directory, { ...content, slug: place === 1 ? slug : `${slug}_${place}` });
    // The name tells the first only: a file of that name with other steps is another one.
    if (!written.isOld || place === mostAlike || (await holdsAll(written.migration, all))) return [written];
  }
}

async function holdsAll(path: string, findings: readonly Finding[]): Promise<boolean> {
  const text = await readFile(path, 'utf8');
  return findings.every(({ sql }) => text.includes(sql.trim()));
}

function distinct(findings: readonly Finding[]): readonly Finding[] {
  return [...Map.groupBy(findings, ({ sql }) => sql).values()].flatMap(([first]) => first ?? []);
}

const descriptionOf = ({ check, reason }: Finding): string => `${check}: ${reason}`;

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
