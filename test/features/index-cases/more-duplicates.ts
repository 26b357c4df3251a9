import type { IndexCase } from './case.ts';

const documents = 'create table t (id int primary key, metadata jsonb);';
const parted = `create table p (a int, b int) partition by range (a);
  create table p_1 partition of p for values from (0) to (10); create table p_2 partition of p for values from (10) to (20);`;

/** Duplicates of other methods, in partitions, and where more than the columns counts. */
export const otherDuplicateCases: readonly IndexCase[] = [
  {
    title: 'two GIN indexes that are alike',
    sql: `${documents} create index idx_t_metadata on t using gin (metadata); create index idx_t_metadata_2 on t using gin (metadata);`,
    findings: ['duplicate t.idx_t_metadata_2'],
  },
  {
    title: 'GIN with jsonb_ops and with jsonb_path_ops',
    sql: `${documents} create index idx_t_metadata on t using gin (metadata); create index idx_t_metadata_path on t using gin (metadata jsonb_path_ops);`,
    findings: [],
    not: { 'duplicate t.idx_t_metadata_path': 'another operator class' },
  },
  {
    title: 'the same names in two schemas',
    sql: `create table t (a int); create index idx_t_a on t (a); create table :other.t (a int); create index idx_t_a on :other.t (a);`,
    findings: [],
  },
  {
    title: 'the same names in two schemas, and a real duplicate in one',
    sql: `create table t (a int); create index idx_t_a on t (a); create table :other.t (a int); create index idx_t_a on :other.t (a);
      create index idx_t_a_2 on :other.t (a);`,
    findings: ['duplicate other.t.idx_t_a_2'],
  },
  {
    title: 'the replica identity stays, whichever is older',
    sql: `create table t (a int not null); create unique index idx_t_a on t (a); create unique index idx_t_a_2 on t (a);
      alter table t replica identity using index idx_t_a_2;`,
    findings: ['duplicate t.idx_t_a'],
  },
  {
    title: 'the one that the table is clustered on stays',
    sql: `create table t (a int); create index idx_t_a on t (a); create index idx_t_a_2 on t (a); alter table t cluster on idx_t_a_2;`,
    findings: ['duplicate t.idx_t_a'],
  },
  {
    title: 'the first column of a longer one, clustered on',
    sql: `create table t (a int, b int); create index idx_t_a on t (a); create index idx_t_a_b on t (a, b); alter table t cluster on idx_t_a;`,
    findings: [],
  },
  {
    title: 'a GiST index beside the exclusion constraint on the same column',
    sql: `create table t (during int4range, constraint t_during_excl exclude using gist (during with &&)); create index idx_t_during on t using gist (during);`,
    findings: ['duplicate t.idx_t_during'],
  },
  {
    title: 'a partitioned table: the whole is raised, not its parts',
    sql: `${parted} create index idx_p_b on p (b); create index idx_p_b_2 on p (b);`,
    findings: ['duplicate p.idx_p_b_2'],
    not: { 'duplicate p_1.p_1_b_idx1': 'part of a partitioned index' },
  },
  {
    title: "a partition's own index beside its part of the whole",
    sql: `${parted} create index idx_p_b_a on p (b, a); create index idx_p_1_b on p_1 (b);`,
    findings: ['redundant-prefix p_1.idx_p_1_b'],
  },
  {
    title: 'a materialised view has indexes too',
    sql: `create table t (a int); create materialized view m as select a from t; create index idx_m_a on m (a); create index idx_m_a_2 on m (a);`,
    findings: ['duplicate m.idx_m_a_2'],
  },
  {
    title: 'another fill factor is no other index',
    sql: `create table t (a int); create index idx_t_a on t (a); create index idx_t_a_70 on t (a) with (fillfactor = 70);`,
    findings: ['duplicate t.idx_t_a_70'],
  },
  {
    title: 'names that need quotes',
    sql: `create table "Odd t" ("a b" int); create index "idx_Odd t_a b" on "Odd t" ("a b"); create index "idx_Odd t_a b 2" on "Odd t" ("a b");`,
    findings: ['duplicate Odd t.idx_Odd t_a b 2'],
  },
  {
    title: 'of two that are alike, the one named by the rules stays',
    sql: `create table t (a int); create index t_by_a on t (a); create index idx_t_a on t (a);`,
    findings: ['duplicate t.t_by_a'],
    not: { 'naming t.t_by_a': 'raised as duplicate' },
  },
];

/** Index names against manual 3.5. */
export const namingCases: readonly IndexCase[] = [
  {
    title: 'a name of its own, and the one PostgreSQL gives',
    sql: `create table contacts (email text, phone text); create index by_mail on contacts (email); create index on contacts (phone);`,
    findings: ['naming contacts.by_mail', 'naming contacts.contacts_phone_idx'],
    reasons: { 'naming contacts.by_mail': 'idx_contacts_email' },
  },
  {
    title: 'names that need quotes, and two that would get one name',
    sql: `create table "T$ a" (tenant_id int, "x'y" int); create index idx_t_a_tenant on "T$ a" (tenant_id);
      create index "é😀" on "T$ a" ("x'y"); create index "other é" on "T$ a" using hash ("x'y");`,
    findings: ['naming T$ a.é😀', 'naming T$ a.other é'],
    reasons: { 'naming T$ a.é😀': 'idx_t_a_x_y_2', 'naming T$ a.other é': ': idx_t_a_x_y' },
  },
  {
    title: 'the name of another table',
    sql: `create table contacts (email text); create index idx_leads_email on contacts (email);`,
    findings: ['naming contacts.idx_leads_email'],
  },
  {
    title: 'by column, by relation, by short words, by expression',
    sql: `create table contacts (account_id int, owner_id int, created_at date, email text, transaction_date date);
      create index idx_contacts_account_id on contacts (account_id); create index idx_contacts_owner on contacts (owner_id);
      create index idx_contacts_created on contacts (created_at desc); create index idx_contacts_email_lower on contacts (lower(email));
      create index idx_contact_date on contacts (transaction_date);`,
    findings: [],
  },
  {
    title: 'constraints under their own names',
    sql: `create table contacts (id int primary key, email text unique, phone text constraint contacts_phone_unique unique);`,
    findings: [],
  },
  {
    title: 'a partial unique index, named as manual 6.3 does',
    sql: `create table users (email text, status text); create unique index users_email_unique_active on users (email) where status = 'active';`,
    findings: [],
  },
  {
    title: 'a constraint under a strange name',
    sql: `create table contacts (email text constraint only_one unique);`,
    findings: [],
    not: { 'naming contacts.only_one': 'ON CONFLICT ON CONSTRAINT' },
  },
];
