import { type CheckResult, type Considered, type Finding, nothingFound } from '../finding.ts';
import type { Index, IndexReading } from '../model.ts';
import { findCovered } from './cover.ts';
import { indexName, plainWords, qualified, quoted } from './sql.ts';

/** PostgreSQL cuts names here, so that what is behind can not be asked for. */
const longestName = 63;

/** Index names against manual 3.5: `idx_{table}_{column}`, `{table}_{column}_unique` for constraints, and the names PostgreSQL gives those. */
export function naming(reading: IndexReading): CheckResult {
  const findings: Finding[] = [];
  const considered: Considered[] = [];
  const covered = new Map(findCovered(reading).covered.map((each) => [each.index.oid, each]));
  const namesOf = new Map([...reading.namesOf].map(([schema, names]) => [schema, new Set(names)]));
  for (const index of reading.indexes) {
    const subject = {
      check: 'naming',
      schema: index.schema,
      table: index.table,
      index: index.name,
      columns: index.columns,
    } as const;
    const isLeftover = /_cc(new|old)\d*$/.test(index.name);
    if (index.parentOid !== null || isLeftover || index.isBeingBuilt || isNamedByRule(index)) continue;
    if (index.constraint !== null) {
      considered.push({
        ...subject,
        notRaisedBecause: 'it is named as its constraint, which code may name in ON CONFLICT ON CONSTRAINT',
      });
      continue;
    }
    const needless = covered.get(index.oid);
    if (needless !== undefined) {
      considered.push({ ...subject, notRaisedBecause: `it is raised as ${needless.kind} beside ${needless.by.name}` });
      continue;
    }
    const table = reading.tables.get(index.tableOid);
    if (table === undefined) continue;
    const name = indexName(table, index.columns.map(wordsOf), { namesOf });
    namesOf.get(index.schema)?.add(name);
    findings.push({
      ...subject,
      severity: 'notice',
      reason: `manual 3.5 names it idx_{table}_{column}: ${name}`,
      sql: `ALTER INDEX IF EXISTS ${qualified(index)} RENAME TO ${quoted(name)};`,
      rollbackSql: `ALTER INDEX IF EXISTS ${qualified({ schema: index.schema, name })} RENAME TO ${quoted(index.name)};`,
    });
  }
  return { ...nothingFound, findings, considered };
}

/** The table's name in front, in singular or plural, and a word of the first column somewhere behind it; the manual's own differ in the rest. */
function isNamedByRule({ name, table, columns, constraint, isUnique }: Index): boolean {
  const tables = [table, table.replace(/s$/, ''), `${table}s`, plainWords(table)];
  const isOfTable = tables.some((each) => name.startsWith(`${each}_`));
  if (constraint !== null && isOfTable && /_(pkey|key|unique|excl)\d*$/.test(name)) return true;
  // Manual 6.3: a partial unique index can be no constraint and is named like one.
  if (isUnique && isOfTable && name.includes('_unique')) return true;
  const rest = tables.map((each) => `idx_${each}_`).find((prefix) => name.startsWith(prefix));
  if (rest === undefined)
    return `idx_${table}_`.slice(0, longestName) === name.slice(0, longestName) && name.length === longestName;
  const behind = new Set(name.slice(rest.length).split('_'));
  return wordsOf(columns[0] ?? '')
    .split('_')
    .some(
      (word) =>
        behind.has(word) || [...behind].some((each) => each.length >= 3 && (word.startsWith(each) || each.startsWith(word))),
    );
}

/** The words of a column or expression: `lower((email)::text)` is `lower_email_text`. */
function wordsOf(column: string): string {
  return column
    .replaceAll(/::[\w ]+/g, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '');
}
