import type { IndexCase } from './case.ts';

/** 12,000 contacts of fifty tenants. */
const contacts = (...more: readonly string[]): string =>
  [
    `create table contacts (id int primary key, tenant_id int, status text, owner_id int, created_at date, metadata jsonb)`,
    `insert into contacts select n, n % 50, 'status ' || n % 7, n % 400, date '2026-01-01' + n, jsonb_build_object('n', n) from generate_series(1, 12000) as n`,
    ...more,
    'analyze contacts',
  ].join('; ');
const tenantIndex = 'create index idx_contacts_tenant on contacts (tenant_id)';
const byStatus = `select 1 from :schema.contacts as :schema where tenant_id = 5 and status = 'status 2'`;
const composite = 'missing-composite contacts(tenant_id,status)';
const gin = 'missing-gin contacts(metadata)';

/** What frequent statements ask for. From PostgreSQL 18 on, statements on tables of one name in two schemas are one unless their aliases differ. */
export const statementCases: readonly IndexCase[] = [
  {
    title: 'filters by tenant and status',
    sql: contacts(tenantIndex),
    frequently: [byStatus],
    findings: [composite],
    reasons: { [composite]: 'a statement filters by tenant and filters by status, 100 times' },
  },
  {
    title: 'filters by tenant and sorts by time',
    sql: contacts(tenantIndex),
    frequently: ['select id from :schema.contacts as :schema where tenant_id = 5 order by created_at desc limit 20'],
    findings: ['missing-composite contacts(tenant_id,created_at)'],
    reasons: { 'missing-composite contacts(tenant_id,created_at)': 'sorts by created_at' },
  },
  {
    title: 'filters by tenant and a range of time',
    sql: contacts(tenantIndex),
    frequently: [`select id from :schema.contacts as :schema where tenant_id = 5 and created_at > '2026-06-01'`],
    findings: ['missing-composite contacts(tenant_id,created_at)'],
  },
  {
    title: 'an UPDATE, a join with aliases and a comparison of rows ask the same: one finding',
    sql: `${contacts(tenantIndex)}; create table accounts (id int primary key)`,
    frequently: [
      `update :schema.contacts as :schema set owner_id = owner_id where tenant_id = 5 and status = 'none'`,
      `select 1 from :schema.accounts as a join :schema.contacts as c on a.id = c.owner_id where c.tenant_id = 5 and c.status = 'none'`,
      `select 1 from :schema.contacts as c where (c.tenant_id, c.status) = (5, 'none')`,
    ],
    findings: [composite],
    reasons: { [composite]: '300 times' },
  },
  {
    title: 'an index that does both',
    sql: contacts('create index idx_contacts_tenant_status on contacts (tenant_id, status)'),
    frequently: [byStatus],
    findings: [],
    not: { [composite]: 'idx_contacts_tenant_status does both' },
  },
  {
    title: 'an index that does both the other way round',
    sql: contacts(tenantIndex, 'create index idx_contacts_status_tenant on contacts (status, tenant_id)'),
    frequently: [byStatus, 'select count(*) from :schema.contacts as :schema where tenant_id = 7'],
    findings: [],
    not: { [composite]: 'idx_contacts_status_tenant does both' },
  },
  {
    title: 'the primary key besides',
    sql: contacts(tenantIndex),
    frequently: ['select status from :schema.contacts as :schema where tenant_id = 5 and id = 5'],
    findings: [],
    not: { 'missing-composite contacts(tenant_id,id)': 'contacts_pkey finds the one row' },
  },
  {
    title: 'a foreign key besides, which has its own index',
    sql: `create table owner (id int primary key); insert into owner select n from generate_series(0, 400) as n;
      ${contacts(tenantIndex, 'create index idx_contacts_owner_id on contacts (owner_id)', 'alter table contacts add foreign key (owner_id) references owner (id)')}`,
    frequently: ['select status from :schema.contacts as :schema where tenant_id = 5 and owner_id = 5'],
    findings: [],
    not: { 'missing-composite contacts(tenant_id,owner_id)': 'idx_contacts_owner_id' },
  },
  {
    title: 'a statement that hardly runs',
    sql: contacts(tenantIndex),
    scans: [`select 1 from contacts where tenant_id = 5`, byStatus],
    findings: [],
    not: { [composite]: 'it ran only 1 times' },
  },
  {
    title: 'a table of a few rows',
    sql: `create table contacts (id int primary key, tenant_id int, status text); insert into contacts select n, n, 'x' from generate_series(1, 500) as n;
      ${tenantIndex}; analyze contacts`,
    frequently: [byStatus],
    findings: [],
    not: { [composite]: 'only 500 rows' },
  },
  {
    title: 'a common table expression of the same name',
    sql: contacts(tenantIndex).replaceAll('contacts', 'shadowed'),
    frequently: [
      `with shadowed as (select 5 as tenant_id, 'x' as status) select 1 from shadowed where tenant_id = 5 and status = 'x'`,
    ],
    findings: [],
  },
  {
    title: 'jsonb searched without GIN',
    sql: contacts(tenantIndex),
    frequently: [`select id from :schema.contacts as :schema where metadata @> '{"n": 5}'`],
    findings: [gin],
    reasons: { [gin]: 'a statement searches metadata with @>' },
  },
  {
    title: 'jsonb searched with GIN',
    sql: contacts(tenantIndex, 'create index idx_contacts_metadata on contacts using gin (metadata)'),
    frequently: [`select id from :schema.contacts as :schema where metadata @> '{"n": 5}'`],
    findings: [],
    not: { [gin]: 'idx_contacts_metadata serves it' },
  },
  {
    title: 'jsonb_path_ops does not know whether a key exists',
    sql: contacts(tenantIndex, 'create index idx_contacts_metadata on contacts using gin (metadata jsonb_path_ops)'),
    frequently: [`select id from :schema.contacts as :schema where metadata ? 'none'`],
    findings: [gin, 'unused contacts.idx_contacts_metadata'],
  },
  {
    title: 'one value of a document compared, which GIN would not find',
    sql: contacts(tenantIndex),
    frequently: [`select id from :schema.contacts as :schema where metadata->'custom_fields'->>'lead_source' = 'Website'`],
    findings: [],
    not: { [gin]: 'an index on that expression would' },
  },
];
