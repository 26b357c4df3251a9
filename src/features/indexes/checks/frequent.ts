import { formatCount, formatDuration } from '#core/format.ts';
import { type CheckId, type CheckResult, type Considered, type Finding, joined, nothingFound } from '../finding.ts';
import type { Index, IndexedTable, IndexReading } from '../model.ts';
import type { TableUse } from '../statement-uses.ts';
import { type SeenStatement, type SeenStatements, shownText } from '../statements.ts';
import { isTenantScoped } from './serving.ts';
import { createIndex, type NewKey } from './sql.ts';

/** Below this nobody waits for the lack of an index. */
const least = { calls: 100, rows: 10_000 };
/** A statement that takes this long is worth an index of its own. */
const slowMs = 10;

interface Need {
  readonly table: IndexedTable;
  readonly keys: readonly NewKey[];
  readonly method: 'btree' | 'gin';
  readonly why: string;
  /** What serves it well enough as it is. */
  readonly served: string | undefined;
}

/** Composite indexes that frequent statements want: they filter by tenant, and filter or sort by a second column (manual 5.4). */
export function missingComposites(reading: IndexReading, seen: SeenStatements): CheckResult {
  return needed(reading, seen, 'missing-composite', (table, use) => compositeNeed(reading, table, use));
}

/** jsonb columns that frequent statements search and no GIN index serves (manual 5.4). */
export function missingGin(reading: IndexReading, seen: SeenStatements): CheckResult {
  return needed(reading, seen, 'missing-gin', (table, use) => ginNeed(reading, table, use));
}

function needed(
  reading: IndexReading,
  seen: SeenStatements,
  check: Extract<CheckId, 'missing-composite' | 'missing-gin'>,
  needOf: (table: IndexedTable, use: TableUse) => Need | undefined,
): CheckResult {
  const found = seen.statements.flatMap((statement) =>
    statement.uses.flatMap((use) => {
      const table = reading.tables.get(use.tableOid);
      const need = table === undefined ? undefined : needOf(table, use);
      return need === undefined ? [] : [{ need, statement }];
    }),
  );
  const alike = Map.groupBy(found, ({ need }) =>
    JSON.stringify([need.table.oid, need.keys.map(({ column }) => column), need.served ?? null]),
  );
  const results = [...alike.values()].map((group) =>
    judged(reading, check, group[0]!.need, [...new Set(group.map(({ statement }) => statement))]),
  );
  return joined([...results, { ...nothingFound, blind: seen.blind.map((because) => ({ check, because })) }]);
}

function judged(reading: IndexReading, check: CheckId, need: Need, statements: readonly SeenStatement[]): CheckResult {
  const { table, keys } = need;
  const calls = statements.reduce((sum, each) => sum + each.calls, 0);
  const totalMs = statements.reduce((sum, each) => sum + each.totalMs, 0);
  const columns = keys.map(({ column }) => column);
  const subject = { check, schema: table.schema, table: table.name, index: null, columns };
  const because =
    need.served ??
    (calls < least.calls
      ? `it ran only ${formatCount(calls)} times`
      : table.estimatedRows < least.rows
        ? `the table has only ${formatCount(table.estimatedRows)} rows`
        : undefined);
  if (because !== undefined) {
    const considered: Considered = { ...subject, notRaisedBecause: because };
    return { ...nothingFound, considered: [considered] };
  }
  const words = shownText(statements[0]!);
  const excerpt = words.length > 120 ? `${words.slice(0, 120)}…` : words;
  const finding: Finding = {
    ...subject,
    severity: totalMs / calls >= slowMs ? 'warning' : 'notice',
    reason: `${need.why}, ${formatCount(calls)} times, ${formatDuration(totalMs / calls)} each, and no index does both: ${excerpt}`,
    ...createIndex(reading, table, keys, need.method),
  };
  return { ...nothingFound, findings: [finding] };
}

const tenant = 'tenant_id';

function compositeNeed(reading: IndexReading, table: IndexedTable, use: TableUse): Need | undefined {
  if (!isTenantScoped(reading, table.oid) || ![...use.equals, ...use.joins].includes(tenant)) return undefined;
  const usable = (reading.indexesOf.get(table.oid) ?? []).filter(
    (index) => index.isValid && !index.isPartial && index.method === 'btree',
  );
  const others = use.equals.filter((column) => column !== tenant);
  const [sort] = use.sorts;
  const [range] = use.ranges;
  const second: NewKey | undefined =
    others[0] !== undefined ? { column: others[0] } : (sort ?? (range === undefined ? undefined : { column: range }));
  if (second === undefined || second.column === tenant) return undefined;
  const key = usable.find((index) => index.isUnique && index.columns.every((column) => use.equals.includes(column)));
  const both = (index: Index, column: string): boolean =>
    (index.columns[0] === tenant && index.columns[1] === column) ||
    (others.includes(column) && index.columns[0] === column && index.columns[1] === tenant);
  const wanted = others.length > 0 ? others : [second.column];
  const pair = usable.find((index) => wanted.some((column) => both(index, column)));
  // What a foreign key points at belongs to one tenant already.
  const references = new Set((reading.foreignKeysOf.get(table.oid) ?? []).flatMap(({ columns }) => columns));
  const alone = usable.find(({ columns: [first = ''] }) => others.includes(first) && references.has(first));
  const served =
    key !== undefined
      ? `${key.name} finds the one row`
      : pair !== undefined
        ? `${pair.name} does both`
        : alone !== undefined
          ? `${alone.name} finds the rows by ${alone.columns[0]}, which belongs to one tenant`
          : undefined;
  const how = others.length > 0 ? 'filters' : sort === undefined ? 'filters by a range of' : 'sorts';
  const why = `a statement filters by tenant and ${how === 'filters' || how === 'sorts' ? `${how} by` : how} ${second.column}`;
  return { table, keys: [{ column: tenant }, second], method: 'btree', why, served };
}

function ginNeed(reading: IndexReading, table: IndexedTable, use: TableUse): Need | undefined {
  const [search] = use.searches;
  if (search === undefined) {
    const [column] = use.extracts;
    if (column === undefined) return undefined;
    const served = 'it compares one value inside (->>), which GIN does not find: an index on that expression would';
    return { table, keys: [{ column }], method: 'gin', why: '', served };
  }
  const { column, operator } = search;
  const gin = (reading.indexesOf.get(table.oid) ?? []).find(
    (index) => index.isValid && !index.isPartial && index.method === 'gin' && knows(index, column, operator),
  );
  const served = gin === undefined ? undefined : `${gin.name} serves it`;
  return { table, keys: [{ column }], method: 'gin', why: `a statement searches ${column} with ${operator}`, served };
}

/** jsonb_path_ops does not know whether a key exists. */
function knows(index: Index, column: string, operator: string): boolean {
  const place = index.columns.indexOf(column);
  return place >= 0 && (index.operatorClasses[place] !== 'jsonb_path_ops' || !operator.startsWith('?'));
}
