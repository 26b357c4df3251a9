import type { CommandDefinition } from '#core/command.ts';
import { displayText, label } from '#core/display-text.ts';
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
    const indexes = reading.indexes.filter(
      (index) =>
        (table === undefined || titleOf({ schema: index.schema, name: index.table }) === table.replace(/^public\./, '')) &&
        (method === undefined || index.method === method),
    );
    if (indexes.length === 0 && reading.indexes.length > 0) context.narrate(nothingMatches(reading, table, method));
    return {
      json: { indexes: indexes.map(indexJson), observed_since: reading.observation.since },
      text: () => indexTable(indexes),
    };
  },
};

/** A table or method that nothing has is more likely mistyped than bare: says which there are. */
function nothingMatches({ tables, indexes }: IndexReading, table: string | undefined, method: string | undefined): string {
  const titles = [...tables.values()].map(titleOf);
  if (table !== undefined && !titles.includes(table.replace(/^public\./, ''))) {
    return `there is no table ${displayText(table)}; tables are named contacts in public, else schema.table`;
  }
  const methods = [...new Set(indexes.map((index) => index.method))].join(', ');
  return `no index matches${method === undefined ? '' : `; methods here: ${methods}`}`;
}

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
      displayText(titleOf({ schema: index.schema, name: index.table })),
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
