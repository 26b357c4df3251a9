import type { IndexCase } from './case.ts';

/** 3,000 rows: enough that an index is read, and that nothing counts as empty. */
const filled = `create table t (id int primary key, a int, b int); insert into t select n, n, n % 10 from generate_series(1, 3000) as n;`;
const parent = 'create table parent (id int primary key); insert into parent select n from generate_series(1, 10) as n;';
const parted = `create table p (a int, b int) partition by range (a);
  create table p_1 partition of p for values from (0) to (1500); create table p_2 partition of p for values from (1500) to (9000);
  insert into p select n, n from generate_series(1, 3000) as n; create index idx_p_b on p (b);`;

/** Indexes that nothing reads, and those that must stay all the same. */
export const useCases: readonly IndexCase[] = [
  {
    title: 'nothing reads it',
    sql: `${filled} create index idx_t_a on t (a);`,
    findings: ['unused t.idx_t_a'],
    reasons: { 'unused t.idx_t_a': 'never used in 60 days' },
    not: { 'unused t.t_pkey': 'primary key' },
  },
  {
    title: 'nothing reads an expression',
    sql: `${filled} create index idx_t_a_abs on t (abs(a));`,
    findings: ['unused t.idx_t_a_abs'],
  },
  {
    title: 'read once, of a table that was hardly written',
    sql: `create table t (a int); insert into t select n from generate_series(1, 900) as n; create index idx_t_a on t (a);`,
    scans: ['select 1 from t where a = 5'],
    findings: [],
  },
  {
    title: 'read once in sixty days, written three thousand times',
    sql: `${filled} create index idx_t_a on t (a);`,
    scans: ['select 1 from t where a = 5'],
    findings: ['rarely-used t.idx_t_a'],
    reasons: { 'rarely-used t.idx_t_a': 'read 1 times while 3,000 rows were written' },
  },
  {
    title: 'read four times, written three thousand times',
    sql: `${filled} create index idx_t_a on t (a);`,
    scans: Array.from({ length: 4 }, (_, n) => `select 1 from t where a = ${n}`),
    findings: [],
  },
  {
    title: 'an empty table',
    sql: 'create table t (a int); create index idx_t_a on t (a);',
    findings: [],
    not: { 'unused t.idx_t_a': 'its table is empty' },
  },
  {
    title: 'unique without a constraint',
    sql: `${filled} create unique index idx_t_a on t (a);`,
    findings: [],
    not: { 'unused t.idx_t_a': 'enforces uniqueness' },
  },
  {
    title: 'backing a constraint',
    sql: `${filled} alter table t add constraint t_a_unique unique (a);`,
    findings: [],
    not: { 'unused t.t_a_unique': 'backs the constraint t_a_unique' },
  },
  {
    title: 'an exclusion constraint',
    sql: `create table t (during int4range, constraint t_during_excl exclude using gist (during with &&));
      insert into t select int4range(n, n + 1) from generate_series(1, 50) as n;`,
    // Each row that came in was a scan.
    alone: ['select pg_stat_force_next_flush()', `select pg_stat_reset_single_table_counters('t_during_excl'::regclass)`],
    findings: [],
    not: { 'unused t.t_during_excl': 'exclusion constraint' },
  },
  {
    title: 'the replica identity',
    sql: `${filled} alter table t alter a set not null; create unique index idx_t_a on t (a); alter table t replica identity using index idx_t_a;`,
    findings: [],
    not: { 'unused t.idx_t_a': 'replica identity' },
  },
  {
    title: 'the table is clustered on it',
    sql: `${filled} create index idx_t_a on t (a); alter table t cluster on idx_t_a;`,
    findings: [],
    not: { 'unused t.idx_t_a': 'clustered' },
  },
  {
    title: 'the only one under a foreign key',
    sql: `${parent} ${filled} alter table t add foreign key (b) references parent (id) not valid; create index idx_t_b on t (b);`,
    findings: [],
    not: { 'unused t.idx_t_b': 'the only index under the foreign key t_b_fkey' },
  },
  {
    title: 'two under a foreign key: the larger one goes',
    sql: `${parent} ${filled} alter table t add foreign key (b) references parent (id) not valid;
      create index idx_t_b on t (b) where b is not null; create index idx_t_b_a on t (b, a) where b > -1; create index idx_t_b_id on t (b, id);`,
    findings: ['unused t.idx_t_b_a', 'unused t.idx_t_b_id'],
    not: { 'unused t.idx_t_b': 'the only index under the foreign key' },
  },
  {
    title: "the only one that finds a tenant's rows",
    sql: `create table t (tenant_id int, a int); insert into t select n % 5, n from generate_series(1, 3000) as n; create index idx_t_tenant on t (tenant_id);`,
    findings: [],
    not: { 'unused t.idx_t_tenant': "finds a tenant's rows" },
  },
  {
    title: 'a longer one that takes over from a short one',
    sql: `${filled} create index idx_t_a on t (a); create index idx_t_a_b on t (a, b);`,
    findings: ['redundant-prefix t.idx_t_a'],
    not: { 'unused t.idx_t_a': 'raised as redundant-prefix', 'unused t.idx_t_a_b': 'takes over from idx_t_a' },
  },
  {
    title: 'a partitioned table, one of whose partitions is read',
    sql: parted,
    scans: Array.from({ length: 9 }, () => 'select 1 from p_1 where b = 5'),
    findings: [],
    not: { 'unused p_2.p_2_b_idx': 'part of a partitioned index' },
  },
  { title: 'a partitioned table that nothing reads', sql: parted, findings: ['unused p.idx_p_b'] },
  {
    title: 'the same names in two schemas, read in one',
    sql: `create table t (a int); insert into t select n from generate_series(1, 900) as n; create index idx_t_a on t (a);
      create table :other.t as select a from t; create index idx_t_a on :other.t (a);`,
    scans: ['select 1 from t where a = 5'],
    findings: ['unused other.t.idx_t_a'],
  },
  {
    title: 'never vacuumed: an index-only scan looks into the table each time',
    sql: `create table t (a int, b text); insert into t select n, repeat('x', 400) from generate_series(1, 4000) as n; create index idx_t_a_with on t (a) include (b);`,
    scans: Array.from({ length: 5 }, () => 'select a, b from t where a between 1 and 3000 order by a'),
    findings: ['visibility t.idx_t_a_with'],
    reasons: { 'visibility t.idx_t_a_with': 'never vacuumed' },
  },
  {
    title: 'vacuumed, and read the same way',
    // A row whose commit is not on the disk yet is not visible to all.
    sql: `set synchronous_commit = on; create table t (a int, b text); insert into t select n, repeat('x', 400) from generate_series(1, 4000) as n; create index idx_t_a_with on t (a) include (b);`,
    alone: ['vacuum t'],
    scans: Array.from({ length: 5 }, () => 'select a, b from t where a between 1 and 3000 order by a'),
    findings: [],
  },
  {
    title: 'never vacuumed, but no index could answer alone',
    sql: `create table t (a int, b text); insert into t select n, repeat('x', 400) from generate_series(1, 4000) as n; create index idx_t_a on t (a);`,
    scans: Array.from({ length: 5 }, () => 'select a, b from t where a between 1 and 3000 order by a'),
    findings: [],
    not: { 'visibility t()': 'no index of several columns is read' },
  },
];

const twins = 'create table t (a int, b int); insert into t values (1, 1), (1, 2);';

/** Indexes that can not be used, those that only look so, and what was left behind. */
export const invalidCases: readonly IndexCase[] = [
  {
    title: 'a unique one whose rows are not',
    sql: twins,
    alone: ['create unique index concurrently idx_t_a on t (a)'],
    findings: ['invalid t.idx_t_a'],
    reasons: { 'invalid t.idx_t_a': 'rows that break its uniqueness must go first' },
  },
  {
    title: 'one that failed and was built again under another name',
    sql: twins,
    alone: [
      'create unique index concurrently idx_t_a on t (a)',
      'delete from t where b = 2',
      'create unique index idx_t_a_2 on t (a)',
    ],
    findings: ['invalid t.idx_t_a'],
    reasons: { 'invalid t.idx_t_a': 'made good by idx_t_a_2' },
  },
  {
    title: 'what a REINDEX CONCURRENTLY that failed has left',
    sql: `${twins} create index idx_t_b on t (b);`,
    alone: [
      'create unique index concurrently idx_t_b_ccnew on t (a)',
      'create unique index concurrently idx_t_b_ccold1 on t (a)',
    ],
    findings: ['invalid t.idx_t_b_ccnew', 'invalid t.idx_t_b_ccold1', 'unused t.idx_t_b'],
    reasons: { 'invalid t.idx_t_b_ccnew': 'then reindex idx_t_b again', 'invalid t.idx_t_b_ccold1': 'not cleaned up' },
  },
  {
    title: 'a valid one that is only named like a leftover',
    sql: `create table t (a int); create index idx_t_a_ccnew on t (a);`,
    findings: [],
    not: { 'invalid t.idx_t_a_ccnew': 'only named like a leftover' },
  },
  {
    title: 'an invalid one under a foreign key serves nothing',
    sql: `create table parent (id int primary key); insert into parent values (1); create table t (a int references parent (id)); insert into t values (1), (1);`,
    alone: ['create unique index concurrently idx_t_a on t (a)'],
    findings: ['invalid t.idx_t_a', 'missing-foreign-key t(a)'],
    reasons: { 'missing-foreign-key t(a)': 'idx_t_a is not valid' },
  },
  {
    title: 'an invalid one is no duplicate, and no reason to drop the good one',
    sql: `${twins} create index idx_t_a_good on t (a);`,
    alone: ['create unique index concurrently idx_t_a on t (a)'],
    scans: ['select 1 from t where a = 1'],
    findings: ['invalid t.idx_t_a'],
  },
  {
    title: 'a partitioned one that a partition has no part of',
    sql: `create table p (a int, b int) partition by range (a); create table p_1 partition of p for values from (0) to (10); create index idx_p_b on only p (b);`,
    findings: ['invalid p.idx_p_b'],
    reasons: { 'invalid p.idx_p_b': 'p_1' },
  },
  {
    title: 'one that is being built now',
    sql: 'create table t (a int); insert into t values (1);',
    building: { holding: 'insert into t values (2)', statement: 'create index concurrently idx_t_a on t (a)' },
    findings: [],
    not: { 'invalid t.idx_t_a': 'being built' },
  },
  {
    title: 'one that is being rebuilt now, and its copy',
    sql: 'create table t (a int); create index idx_t_a on t (a);',
    building: { holding: 'insert into t values (2)', statement: 'reindex index concurrently idx_t_a' },
    findings: [],
    not: { 'invalid t.idx_t_a_ccnew': 'being built' },
  },
  {
    title: 'one that is being dropped now',
    sql: 'create table t (a int); create index idx_t_a on t (a);',
    building: { holding: 'insert into t values (2)', statement: 'drop index concurrently idx_t_a' },
    findings: [],
    not: { 'invalid t.idx_t_a': 'being built, rebuilt or dropped' },
  },
];
