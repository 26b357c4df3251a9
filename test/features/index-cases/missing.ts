import type { IndexCase } from './case.ts';

const parent = 'create table parent (id int primary key, code text unique, x int, y int, unique (x, y));';
const child = `${parent} create table child (id int primary key, parent_id int references parent (id), other int);`;
const pair = `${parent} create table child (x int, y int, z int, foreign key (x, y) references parent (x, y));`;
const parted = `${parent} create table child (parent_id int references parent (id), at int) partition by range (at);
  create table child_1 partition of child for values from (0) to (10); create table child_2 partition of child for values from (10) to (20);`;
const missing = 'missing-foreign-key child(parent_id)';

/** Foreign keys with and without an index that serves them. */
export const foreignKeyCases: readonly IndexCase[] = [
  {
    title: 'none at all',
    sql: child,
    findings: [missing],
    reasons: { [missing]: 'deleting from :schema.parent checks that nothing references it' },
  },
  { title: 'one of its own', sql: `${child} create index idx_child_parent_id on child (parent_id);`, findings: [] },
  { title: 'a hash index', sql: `${child} create index idx_child_parent_id on child using hash (parent_id);`, findings: [] },
  {
    title: 'the first column of a longer one',
    sql: `${child} create index idx_child_parent_other on child (parent_id, other);`,
    findings: [],
    not: { 'missing-foreign-key child.idx_child_parent_other': 'finds the rows as well' },
  },
  {
    title: 'the second column of one',
    sql: `${child} create index idx_child_other_parent on child (other, parent_id);`,
    findings: [missing],
    reasons: { [missing]: 'idx_child_other_parent has it behind other columns' },
  },
  {
    title: 'a column that is merely included',
    sql: `${child} create index idx_child_other on child (other) include (parent_id);`,
    findings: [missing],
    reasons: { [missing]: 'only includes it' },
  },
  {
    title: 'an index of some rows',
    sql: `${child} create index idx_child_parent_id on child (parent_id) where other = 1;`,
    findings: [missing],
    reasons: { [missing]: 'covers only rows with (other = 1)' },
  },
  {
    title: 'an index of the rows that reference anything',
    sql: `${child} create index idx_child_parent_id on child (parent_id) where parent_id is not null;`,
    findings: [],
    not: { 'missing-foreign-key child.idx_child_parent_id': 'finds the rows as well' },
  },
  {
    title: 'an index of the rows where another column is there',
    sql: `${child} create index idx_child_parent_id on child (parent_id) where other is not null;`,
    findings: [missing],
  },
  {
    title: 'an expression over the column',
    sql: `${child} create index idx_child_parent_id on child (abs(parent_id));`,
    findings: [missing],
  },
  {
    title: 'a BRIN index',
    sql: `${child} create index idx_child_parent_id on child using brin (parent_id);`,
    findings: [missing],
  },
  {
    title: 'an index by another collation',
    sql: `${parent} create table child (code text references parent (code)); create index idx_child_code on child (code collate "POSIX");`,
    findings: ['missing-foreign-key child(code)'],
    reasons: { 'missing-foreign-key child(code)': 'another collation' },
  },
  {
    title: 'an index for patterns, which knows equality too',
    sql: `${parent} create table child (code text references parent (code)); create index idx_child_code on child (code text_pattern_ops);`,
    findings: [],
  },
  {
    title: 'the primary key itself',
    sql: `${parent} create table child (parent_id int primary key references parent (id));`,
    findings: [],
  },
  { title: 'two columns in their order', sql: `${pair} create index idx_child_x_y on child (x, y);`, findings: [] },
  {
    title: 'two columns in the other order',
    sql: `${pair} create index idx_child_y_x on child (y, x);`,
    findings: [],
    not: { 'missing-foreign-key child.idx_child_y_x': 'finds the rows as well' },
  },
  { title: 'two columns and a third behind', sql: `${pair} create index idx_child_y_x_z on child (y, x, z);`, findings: [] },
  {
    title: 'two columns with a third between',
    sql: `${pair} create index idx_child_x_z_y on child (x, z, y);`,
    findings: ['missing-foreign-key child(x,y)'],
  },
  {
    title: 'one of two columns',
    sql: `${pair} create index idx_child_x on child (x);`,
    findings: ['missing-foreign-key child(x,y)'],
  },
  {
    title: 'two columns, one of them merely included',
    sql: `${pair} create index idx_child_x on child (x) include (y);`,
    findings: ['missing-foreign-key child(x,y)'],
  },
  {
    title: 'two foreign keys on one column are one finding',
    sql: `${child} create table third (id int primary key); alter table child add foreign key (parent_id) references third (id) on delete cascade;`,
    findings: [missing],
    reasons: { [missing]: 'finds the rows to change with it' },
  },
  {
    title: 'a table that references itself',
    sql: `create table child (id int primary key, parent_id int references child (id));`,
    findings: [missing],
  },
  {
    title: 'a partitioned table with an index of the whole',
    sql: `${parted} create index idx_child_parent_id on child (parent_id);`,
    findings: [],
  },
  {
    title: 'a partitioned table whose partitions have their own',
    sql: `${parted} create index idx_child_1_parent_id on child_1 (parent_id); create index idx_child_2_parent_id on child_2 (parent_id);`,
    findings: [],
  },
  {
    title: 'a partitioned table, one of whose partitions has one',
    sql: `${parted} create index idx_child_1_parent_id on child_1 (parent_id);`,
    findings: [missing],
  },
  {
    title: 'the same table in two schemas, indexed in the other one',
    sql: `${child} create table :other.child (parent_id int references parent (id)); create index idx_child_parent_id on :other.child (parent_id);`,
    findings: [missing],
  },
];

const tenant = 'missing-tenant contacts(tenant_id)';
const contacts = 'create table contacts (id int primary key, tenant_id uuid, email text);';

/** Tenant-scoped tables with and without an index that finds a tenant's rows. */
export const tenantCases: readonly IndexCase[] = [
  { title: 'none', sql: contacts, findings: [tenant] },
  { title: 'one of its own', sql: `${contacts} create index idx_contacts_tenant on contacts (tenant_id);`, findings: [] },
  {
    title: 'the first column of another',
    sql: `${contacts} create index idx_contacts_tenant_email on contacts (tenant_id, email);`,
    findings: [],
    not: { 'missing-tenant contacts(tenant_id)': 'begins with it' },
  },
  {
    title: 'the second column of another',
    sql: `${contacts} create index idx_contacts_email_tenant on contacts (email, tenant_id);`,
    findings: [tenant],
    reasons: { [tenant]: 'behind other columns' },
  },
  {
    title: 'some rows only',
    sql: `${contacts} create index idx_contacts_tenant on contacts (tenant_id) where email is null;`,
    findings: [tenant],
  },
  { title: 'the primary key', sql: 'create table contacts (tenant_id uuid, id int, primary key (tenant_id, id));', findings: [] },
  {
    title: 'the list of tenants, whose tenant_id is its own',
    sql: 'create table tenant (id uuid primary key, tenant_id text unique);',
    findings: [],
    not: { 'missing-tenant tenant(tenant_id)': 'its own identifier' },
  },
  {
    title: 'a foreign key on tenant_id is one finding, not two',
    sql: `create table tenant (id uuid primary key); create table contacts (tenant_id uuid references tenant (id));`,
    findings: [tenant],
    not: { 'missing-foreign-key contacts(tenant_id)': 'raised as missing-tenant' },
  },
  {
    title: 'a materialised view',
    sql: `${contacts} create index idx_contacts_tenant on contacts (tenant_id); create materialized view m as select tenant_id from contacts;`,
    findings: [],
    not: { 'missing-tenant m(tenant_id)': 'materialised view' },
  },
  {
    title: 'a partitioned table is one finding',
    sql: `create table contacts (tenant_id uuid, at int) partition by range (at); create table contacts_1 partition of contacts for values from (0) to (9);`,
    findings: [tenant],
    not: { 'missing-tenant contacts_1(tenant_id)': 'its parent is judged' },
  },
];
