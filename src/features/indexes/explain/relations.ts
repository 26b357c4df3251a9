import { type Reader, type ReadOptions, statement } from '#database/query.ts';
import type { Index, IndexReading } from '../model.ts';
import { listViewTablesQuery } from '../queries.ts';
import type { NamedRelation } from './names.ts';

/** A table, or a view with the tables that it reads. */
interface Relation {
  readonly schema: string;
  readonly tableOids: readonly string[];
}

/** What a statement means by a name; nothing where this database has none of it. */
export type FindRelation = (named: NamedRelation) => Relation | undefined;

/** Reads the views; tables are in the reading. Without a schema what `public` has is meant, or else the first of that name. */
export async function readRelations(database: Reader, reading: IndexReading, options: ReadOptions): Promise<FindRelation> {
  const views = await database.read(statement(listViewTablesQuery, {}), options);
  const all = [
    ...[...reading.tables.values()].map(({ schema, name, oid }) => ({ schema, name, tableOids: [oid] })),
    ...views.map((row) => ({ schema: row.schema_name, name: row.view_name, tableOids: row.table_oids })),
  ];
  const byName = Map.groupBy(all, ({ name }) => name);
  return ({ name, schema }) => {
    const alike = byName.get(name) ?? [];
    const here = alike.find((each) => each.schema === (schema ?? 'public'));
    return here ?? (schema === undefined ? alike[0] : undefined);
  };
}

/** The index's table with the wholes that it is a partition of, and with its partitions; oids. */
export function familyOf({ tables }: IndexReading, { tableOid }: Index): ReadonlySet<string> {
  const lineOf = (oid: string | null): readonly string[] =>
    oid === null ? [] : [oid, ...lineOf(tables.get(oid)?.parentOid ?? null)];
  const below = [...tables.keys()].filter((oid) => lineOf(oid).includes(tableOid));
  return new Set([...lineOf(tableOid), ...below]);
}
