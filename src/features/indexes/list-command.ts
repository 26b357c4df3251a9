import type { CommandDefinition } from '#core/command.ts';
import { displayText, label } from '#core/display-text.ts';
import { AdminError } from '#core/errors.ts';
import { formatBytes, formatCount } from '#core/format.ts';
import { textTable } from '#core/text-table.ts';
import type { Database } from '#database/database.ts';
import { columnsText, kindText } from './index-words.ts';
import { type Index, type IndexReading, titleOf } from './model.ts';
import { readForCommand } from './read-for-command.ts';

/** `indexes list`. */
export const indexListCommand: CommandDefinition<Database> = {
  path: ['indexes', 'list'],
  summary: 'list every index with its size and use',
  arguments: [],
  options: [
    { flags: '--table <table>', description: 'only those of this table: name, or schema.name' },
    { flags: '--method <method>', description: 'only those of this method: btree, gin, …' },
  ],
  prepare: (_values, options) => async (context) => {
    const reading = await readForCommand(context);
    const { table, method } = options;
    if (table !== undefined) requireTable(reading, table);
    const indexes = reading.indexes.filter(
      (index) =>
        (table === undefined || tableOf(index) === withoutPublic(table)) && (method === undefined || index.method === method),
    );
    if (indexes.length === 0 && reading.indexes.length > 0) context.narrate(nothingMatches(reading, method));
    return {
      json: { indexes: indexes.map(indexJson), observed_since: reading.observation.since },
      text: () => indexTable(indexes),
    };
  },
};

/** Throws an AdminError (not-found): a table that is not there is more likely mistyped than bare. */
function requireTable({ tables, indexes }: IndexReading, table: string): void {
  const title = withoutPublic(table);
  const isThere =
    [...tables.values()].some((each) => titleOf(each) === title) || indexes.some((index) => tableOf(index) === title);
  if (isThere) return;
  throw new AdminError({
    kind: 'not-found',
    code: 'no-such-table',
    whatHappened: `There is no table ${displayText(table)}.`,
    whatToDo: 'Tables are named contacts in public, else schema.table; aisha-console indexes list shows all that have an index.',
  });
}

/** A method that nothing has is more likely mistyped than unused: says which there are. */
function nothingMatches({ indexes }: IndexReading, method: string | undefined): string {
  const methods = [...new Set(indexes.map((index) => index.method))].join(', ');
  return `no index matches${method === undefined ? '' : `; methods here: ${methods}`}`;
}

const tableOf = ({ schema, table }: Index): string => titleOf({ schema, name: table });
const withoutPublic = (table: string): string => table.replace(/^public\./, '');

/** An index as scripts read it. */
export function indexJson(index: Index): Readonly<Record<string, unknown>> {
  return {
    schema: index.schema,
    table: index.table,
    index: index.name,
    method: index.method,
    columns: index.columns,
    included_columns: index.includedColumns,
    predicate: index.predicate,
    definition: index.definition,
    index_bytes: index.indexBytes,
    scans: index.scans,
    scans_per_day: index.scansADay === null ? null : Number(index.scansADay.toPrecision(4)),
    scans_by_server: index.scansByServer.map(({ server, scans, lastUsed }) => ({ server, scans, last_used: lastUsed })),
    last_used: index.lastUsed,
    entries_read: index.entriesRead,
    rows_fetched: index.rowsFetched,
    is_unique: index.isUnique,
    is_primary: index.isPrimary,
    constraint: index.constraint,
    is_valid: index.isValid,
    is_partitioned: index.isPartitioned,
    is_being_built: index.isBeingBuilt,
  };
}

function indexTable(indexes: readonly Index[]): string {
  const right = 'right' as const;
  return textTable(
    [
      { title: label('TABLE') },
      { title: label('INDEX') },
      { title: label('METHOD') },
      { title: label('COLUMNS') },
      { title: label('SIZE'), align: right },
      { title: label('SCANS'), align: right },
      { title: label('PER DAY'), align: right },
      { title: label('KIND') },
    ],
    indexes.map((index) => [
      displayText(tableOf(index)),
      displayText(index.name),
      displayText(index.method),
      displayText(columnsText(index)),
      index.indexBytes === null ? label('locked') : formatBytes(index.indexBytes),
      formatCount(index.scans),
      index.scansADay === null ? label('') : formatCount(index.scansADay),
      kindText(index),
    ]),
  );
}
