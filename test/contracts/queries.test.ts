import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type pg from 'pg';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { packageRoot } from '#core/package-root.ts';
import { type Catalog } from '#database/catalog.ts';
import { type CatalogName, definedQueries, type Query, statementText } from '#database/query.ts';
import { open } from '../database/opening.ts';
import { connectTo, createDatabase, type Template } from '../support/cluster.ts';
import { describeColumns } from './describe.ts';
import { readStatementFiles, type StatementFile } from './statement-file.ts';

// Every module of contracts, so that a feature's statements are checked from the day it has some.
const source = join(packageRoot(), 'src');
for (const entry of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
  if (/(^|\/)queries\.ts$/.test(entry)) await import(pathToFileURL(join(source, entry)).href);
}
const files = new Map((await readStatementFiles()).map((file) => [file.name, file]));
const queries = [...definedQueries.values()].filter(({ name }) => files.has(name));
const titles = queries.map((query) => [query.name, query] as const);

const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const fileOf = ({ name }: Query): StatementFile => files.get(name)!;

/** What a zod type lets through: `string`, `number`, `boolean`, `string[]`, and whether null. */
function kindOf(type: z.ZodType): { readonly kind: string; readonly isNullable: boolean } {
  const { def } = type as unknown as { def: { type: string; innerType?: z.ZodType; element?: z.ZodType } };
  if (def.type === 'nullable') return { kind: kindOf(def.innerType!).kind, isNullable: true };
  if (def.type === 'array') return { kind: `${kindOf(def.element!).kind}[]`, isNullable: false };
  return { kind: def.type === 'enum' ? 'string' : def.type, isNullable: false };
}

/** What pg makes of a result column. What is not here must be cast: dates lose microseconds, json loses digits, int8 is a surprise. */
const readAs: Readonly<Record<string, string>> = {
  text: 'string',
  uuid: 'string',
  'character varying': 'string',
  name: 'string',
  integer: 'number',
  smallint: 'number',
  boolean: 'boolean',
  'text[]': 'string[]',
};
const writtenAs: Readonly<Record<string, string>> = {
  text: 'string',
  integer: 'number',
  boolean: 'boolean',
  'text[]': 'string[]',
};

test('every statement has a contract and every contract a statement', () => {
  expect([...files.keys()].toSorted((a, b) => a.localeCompare(b))).toEqual(
    [...definedQueries.keys()].toSorted((a, b) => a.localeCompare(b)),
  );
  expect(files.size).toBeGreaterThan(20);
});

describe.for(titles)('the file of %s', ([, query]) => {
  const file = fileOf(query);

  test('begins with why it exists, and says whether it reads or writes', () => {
    expect(file.header[0]).toMatch(/^[A-Z].{20,}/);
    const modes = file.header.filter((line) => /^(Reads|Writes)(\.$| \()/.test(line));
    expect(modes).toHaveLength(1);
    expect(modes[0]).toMatch(query.mode === 'read' ? /^Reads/ : /^Writes/);
  });

  test('tells of every parameter what the contract says, in its order', () => {
    expect(file.parameters.map(({ place, name }) => [place, name])).toEqual(
      Object.keys(query.parameters).map((name, index) => [index + 1, snake(name)]),
    );
    const used = new Set([...file.words.matchAll(/\$(\d+)/g)].map(([, place]) => Number(place)));
    expect(used).toEqual(new Set(file.parameters.map(({ place }) => place)));
  });

  test('fills in the identifiers of the contract and says where they come from', () => {
    expect(new Set(file.identifiers)).toEqual(new Set(query.identifiers));
    for (const identifier of query.identifiers) expect(file.header.join('\n')).toContain(`:"${identifier}"`);
  });

  test('is one statement in lower case that names its columns', () => {
    expect(file.words).not.toMatch(/\b[A-Z]{2,}\b/);
    expect(file.words).not.toMatch(/\bselect\s+(?:\w+\.)?\*/);
    expect(file.words.trim().match(/;/g)).toHaveLength(1);
    expect(file.words.trim().endsWith(';')).toBe(true);
  });
});

describe.for(['demo', 'production'] as const)('on the shape %s, PostgreSQL', (shape: Template) => {
  const fits = ([, query]: (typeof titles)[number]): boolean =>
    [undefined, shape === 'demo' ? 'manual' : shape].includes(fileOf(query).onlyOn);
  // PostgreSQL prepares queries only, and has no parameters for anything else.
  const isUtility = ([, query]: (typeof titles)[number]): boolean =>
    /^(create|alter|reindex|drop|vacuum|analyze)\b/.test(fileOf(query).words.trim());
  const here = titles.filter((title) => fits(title) && !isUtility(title));
  const utilities = titles.filter((title) => fits(title) && isUtility(title));
  let client: Client;
  let catalog: Catalog;
  let contact: string;
  let indexOid: string;
  let contacts: string;
  beforeAll(async () => {
    const home = await createDatabase(shape);
    client = await connectTo(home.settings);
    await client.query('create extension if not exists pg_stat_statements; create extension if not exists pgstattuple');
    ({ oid: indexOid } = (await client.query<{ oid: string }>(`select 'contacts_pkey'::regclass::oid::text as oid`)).rows[0]!);
    // As migrations init leaves it.
    if (shape === 'demo') await client.query('alter table schema_migrations add column checksum text');
    ({ id: contact } = (
      await client.query<{ id: string }>(
        `select id from contacts where tenant_id::text in ('acme-corp', (select id::text from tenant where name = 'Acme Corporation')) limit 1`,
      )
    ).rows[0]!);
    ({ oid: contacts } = (await client.query<{ oid: string }>(`select 'contacts'::regclass::oid::text as oid`)).rows[0]!);
    catalog = await (await open(home.settings)).catalog();
  });
  afterAll(() => client.end());

  /** Names of the catalog that fit: of contacts, or of the table that the statement reads. */
  function identifiersFor(query: Query): Record<string, CatalogName> {
    const read = /from public\.(\w+)/.exec(fileOf(query).text)?.[1];
    const table = catalog.table(read ?? 'contacts')!;
    const column = (name: string): CatalogName => table.columns.find((candidate) => candidate.name === name)!.name;
    const fitting: Record<string, () => CatalogName> = {
      schema: () => table.schema,
      table: () => table.name,
      key: () => table.key!.name,
      key_type: () => table.key!.type,
      column: () => column(query.name.startsWith('metadata/') ? 'metadata' : 'email'),
      first_name: () => column('first_name'),
      last_name: () => column('last_name'),
      tenant_column: () => table.tenantColumn!.name,
      tenant_type: () => table.tenantColumn!.type,
      time: () => column(shape === 'demo' ? 'changed_at' : 'created_at'),
      id_type: () => table.key!.type,
      record_type: () => table.columns.find(({ name }) => name === 'record_id')?.type ?? table.key!.type,
    };
    const unknown = query.identifiers.filter((name) => !Object.hasOwn(fitting, name));
    if (unknown.length > 0) throw new Error(`Say here what fits :"${unknown.join('", :"')}" of ${query.name}.`);
    return Object.fromEntries(query.identifiers.map((name) => [name, fitting[name]!()]));
  }

  const textOf = (query: Query): string => statementText(query, identifiersFor(query)).replace(/;\s*$/, '');

  test.for(here)('prepares %s with the parameters of its contract', async ([name, query]) => {
    await client.query(`prepare checked as ${textOf(query)}`);
    try {
      const { rows } = await client.query<{ types: string[] }>(
        `select parameter_types::text[] as types from pg_prepared_statements where name = 'checked'`,
      );
      const told = fileOf(query).parameters.map(({ type }) => (type === 'int' ? 'integer' : type));
      expect(rows[0]!.types).toEqual(told);
      expect(told.map((type) => writtenAs[type])).toEqual(Object.values(query.parameters).map((type) => kindOf(type).kind));
    } finally {
      await client.query('deallocate checked');
    }
    expect(name).toBe(query.name);
  });

  test.for(here)('gives the columns of the contract of %s, in order, of types that arrive unharmed', async ([, query]) => {
    const { row } = query;
    const columns = (row as unknown as z.ZodObject).shape as Record<string, z.ZodType>;
    const fields = await describeColumns(client, textOf(query));
    const types = await client.query<{ type: string }>(
      'select format_type(oid, null) as type from unnest($1::oid[]) with ordinality as t(oid, n) order by n',
      [fields.map(({ dataTypeID }) => dataTypeID)],
    );
    expect(fields.map((field) => field.name)).toEqual(Object.keys(columns));
    expect(types.rows.map(({ type }) => readAs[type] ?? `${type} arrives changed: cast it`)).toEqual(
      Object.values(columns).map((type) => kindOf(type).kind),
    );
  });

  test.for(utilities)('runs %s, which can not be prepared', async ([, query]) => {
    // What refuses a transaction works on a table of the test's own.
    const isApart = /\bconcurrently\b|^vacuum\b/.test(fileOf(query).words.trim());
    const name = (text: string): CatalogName => text as CatalogName;
    const own = { schema: name('public'), table: name('spare'), index: name('spare_n') };
    await client.query(isApart ? 'create table spare (n int); create index spare_n on spare (n)' : 'begin');
    try {
      expect((await client.query(isApart ? statementText(query, own) : textOf(query))).rows).toEqual([]);
    } finally {
      await client.query(isApart ? 'drop table spare' : 'rollback');
    }
  });

  const reads = here.filter(([, { mode }]) => mode === 'read');

  test.for(reads)('runs %s in a read-only transaction, and every row keeps the contract', async ([, query]) => {
    const values = Object.keys(query.parameters).map((name) => sample(name, identifiersFor(query)));
    await client.query('begin read only');
    try {
      const { rows } = await client.query<pg.QueryResultRow>(textOf(query), values);
      for (const row of rows) expect(() => query.row.parse(row)).not.toThrow();
      expect(rows.length > 0 || mayBeEmpty.has(query.name)).toBe(true);
    } finally {
      await client.query('rollback');
    }
  });

  /** Values that find something in both shapes. */
  function sample(name: string, identifiers: Readonly<Record<string, CatalogName>>): unknown {
    const tenant = catalog.table('tenant')!.columns.some((column) => column.name === 'slug')
      ? 'f47ac10b-58cc-4372-a567-0e02b2c3d479'
      : 'a0000000-0000-4000-8000-000000000001';
    const samples: Readonly<Record<string, unknown>> = {
      statementTimeout: '1000',
      backendPid: 0,
      id: identifiers['key'] === undefined ? tenant : contact,
      oids: [contacts],
      names: ['contacts_pkey'],
      tableOids: [contacts],
      tableOid: contacts,
      ids: identifiers['id_type'] === undefined ? [tenant, 'acme-corp'] : [tenant],
      idFrom: '00000000-0000-0000-0000-000000000000',
      idTo: 'ffffffff-ffff-ffff-ffff-ffffffffffff',
      schemas: ['public'],
      tenantIds: identifiers['tenant_type'] === 'uuid' ? [tenant] : [tenant, 'acme-corp'],
      text: 'acme-corp',
      pattern: '%a%',
      digits: '5',
      spellings: ['none'],
      migrationName: '001_init.sql',
      name: 'contacts_pkey',
      sort: 'name',
      descending: false,
      pageRows: 1000,
      most: 1000,
      cap: 10,
      lookBack: 1000,
      previewCharacters: 1000,
      byTenant: true,
      byIndex: false,
      backwards: false,
      paths: '[[], ["custom_fields"]]',
      samplePercent: '100',
      sampledRows: 500,
      way: 'before',
      startAt: '2000-01-01',
      endAt: '2100-01-01',
      bins: 10,
      isMark: false,
      indexOid,
      indexOids: [indexOid],
      onlyFinished: false,
    };
    return samples[name] ?? null;
  }
});

/** Nobody holds the value sampled here, or has edited anything yet. */
const mayBeEmpty = new Set([
  'audit/list-documents',
  'database/end-backend',
  'indexes/list-foreign-names',
  'indexes/list-leftovers',
  'indexes/list-view-tables',
  'audit/list-prepared',
  'find/find-by-value',
  'find/find-in-audit',
  'find/find-by-phone',
  'metadata/list-bulk-edits',
  'migrations/facts-of-types',
  'metadata/list-history',
  'metadata/read-edit',
]);
