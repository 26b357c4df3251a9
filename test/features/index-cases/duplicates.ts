import type { IndexCase } from './case.ts';

const t = 'create table t (id int primary key, a int, b int, c int, name text);';

/** Which of two indexes on the same columns does nothing of its own. */
export const duplicateCases: readonly IndexCase[] = [
  {
    title: 'two that are alike: the younger goes',
    sql: `${t} create index idx_t_a on t (a); create index idx_t_a_again on t (a);`,
    findings: ['duplicate t.idx_t_a_again'],
    reasons: { 'duplicate t.idx_t_a_again': 'does the same as idx_t_a' },
  },
  {
    title: 'three that are alike: one stays',
    sql: `${t} create index idx_t_a on t (a); create index idx_t_a_2 on t (a); create index idx_t_a_3 on t (a);`,
    findings: ['duplicate t.idx_t_a_2', 'duplicate t.idx_t_a_3'],
  },
  {
    title: 'the same expression',
    sql: `${t} create index idx_t_name_lower on t (lower(name)); create index idx_t_name_lower_2 on t ( LOWER(  name ) );`,
    findings: ['duplicate t.idx_t_name_lower_2'],
  },
  {
    title: 'the same expression with a cast that does nothing',
    sql: `${t} create index idx_t_name_lower on t (lower(name)); create index idx_t_name_lower_2 on t (lower(name::text));`,
    findings: ['duplicate t.idx_t_name_lower_2'],
  },
  {
    title: 'different expressions',
    sql: `${t} create index idx_t_name_lower on t (lower(name)); create index idx_t_name_upper on t (upper(name));`,
    findings: [],
  },
  {
    title: 'an expression and its bare column',
    sql: `${t} create index idx_t_name on t (name); create index idx_t_name_lower on t (lower(name));`,
    findings: [],
  },
  {
    title: 'the same predicate, written differently',
    sql: `${t} create index idx_t_a_open on t (a) where b > 0; create index idx_t_a_open_2 on t (a) where (b) > (0);`,
    findings: ['duplicate t.idx_t_a_open_2'],
  },
  {
    title: 'different predicates',
    sql: `${t} create index idx_t_a_1 on t (a) where b = 1; create index idx_t_a_2 on t (a) where b = 2;`,
    findings: [],
    not: { 'duplicate t.idx_t_a_2': 'only some rows' },
  },
  {
    title: 'a partial one beside one of all rows',
    sql: `${t} create index idx_t_a on t (a); create index idx_t_a_open on t (a) where b = 1;`,
    findings: [],
    not: { 'duplicate t.idx_t_a_open': 'so it is smaller' },
  },
  {
    title: 'another operator class',
    sql: `${t} create index idx_t_name on t (name); create index idx_t_name_pattern on t (name text_pattern_ops);`,
    findings: [],
    not: { 'duplicate t.idx_t_name_pattern': 'another operator class' },
  },
  {
    title: 'other parameters of an operator class',
    sql: `create table t (v tsvector); create index idx_t_v on t using gist (v); create index idx_t_v_long on t using gist (v tsvector_ops (siglen = 200));`,
    findings: [],
    not: { 'duplicate t.idx_t_v_long': 'another operator class' },
  },
  {
    title: 'another collation',
    sql: `${t} create index idx_t_name on t (name); create index idx_t_name_c on t (name collate "POSIX");`,
    findings: [],
    not: { 'duplicate t.idx_t_name_c': 'another collation' },
  },
  {
    title: 'the same column the other way round, which is the same index read backwards',
    sql: `${t} create index idx_t_a on t (a); create index idx_t_a_desc on t (a desc);`,
    findings: ['duplicate t.idx_t_a_desc'],
    reasons: { 'duplicate t.idx_t_a_desc': 'read backwards' },
  },
  {
    title: 'one of two columns the other way round, which is another order',
    sql: `${t} create index idx_t_a_b on t (a, b); create index idx_t_a_b_desc on t (a, b desc);`,
    findings: [],
    not: { 'duplicate t.idx_t_a_b_desc': 'another order' },
  },
  {
    title: 'nulls at the other end',
    sql: `${t} create index idx_t_a on t (a); create index idx_t_a_first on t (a nulls first);`,
    findings: [],
    not: { 'duplicate t.idx_t_a_first': 'another order' },
  },
  {
    title: 'the other one includes a column more',
    sql: `${t} create index idx_t_a on t (a); create index idx_t_a_with_b on t (a) include (b);`,
    findings: ['redundant-prefix t.idx_t_a'],
    reasons: { 'redundant-prefix t.idx_t_a': 'includes more' },
  },
  {
    title: 'each includes another column',
    sql: `${t} create index idx_t_a_with_b on t (a) include (b); create index idx_t_a_with_c on t (a) include (c);`,
    findings: [],
    not: { 'duplicate t.idx_t_a_with_c': 'not the columns that it includes' },
  },
  {
    title: 'the same columns included in another order',
    sql: `${t} create index idx_t_a_with on t (a) include (b, c); create index idx_t_a_with_2 on t (a) include (c, b);`,
    findings: ['duplicate t.idx_t_a_with_2'],
  },
  {
    title: 'the first column of a longer one',
    sql: `${t} create index idx_t_a on t (a); create index idx_t_a_b on t (a, b);`,
    findings: ['redundant-prefix t.idx_t_a'],
  },
  {
    title: 'the first column of a longer one, the other way round',
    sql: `${t} create index idx_t_a on t (a desc); create index idx_t_a_b on t (a, b);`,
    findings: ['redundant-prefix t.idx_t_a'],
  },
  {
    title: 'the second column of a longer one',
    sql: `${t} create index idx_t_b on t (b); create index idx_t_a_b on t (a, b);`,
    findings: [],
  },
  {
    title: 'a column that the longer one only includes',
    sql: `${t} create index idx_t_a_b on t (a, b); create index idx_t_a_with_b on t (a) include (b);`,
    findings: ['redundant-prefix t.idx_t_a_with_b'],
  },
  {
    title: 'the first column of a longer partial one',
    sql: `${t} create index idx_t_a on t (a); create index idx_t_a_b on t (a, b) where c > 0;`,
    findings: [],
    not: { 'redundant-prefix t.idx_t_a': 'only some rows' },
  },
  {
    title: 'a unique one that is the first column of a longer one',
    sql: `${t} create unique index idx_t_a on t (a); create index idx_t_a_b on t (a, b);`,
    findings: [],
    not: { 'redundant-prefix t.idx_t_a': 'enforces uniqueness' },
  },
  {
    title: 'a first column in GIN, where the order means nothing',
    sql: `create table t (a int[], b int[]); create index idx_t_a on t using gin (a); create index idx_t_a_b on t using gin (a, b);`,
    findings: [],
    not: { 'redundant-prefix t.idx_t_a': 'gin' },
  },
  {
    title: 'a plain one beside a unique constraint',
    sql: `create table t (id int primary key, slug text unique); create index idx_t_slug on t (slug);`,
    findings: ['duplicate t.idx_t_slug'],
    reasons: { 'duplicate t.idx_t_slug': 't_slug_key, which is unique besides' },
  },
  {
    title: 'a unique constraint on the primary key',
    sql: `create table t (id int primary key); alter table t add constraint t_id_unique unique (id);`,
    findings: ['duplicate t.t_id_unique'],
  },
  {
    title: 'a unique constraint on the primary key that a foreign key rests on',
    sql: `create table t (id int, constraint t_id_unique unique (id)); create table u (id int references t (id)); create index idx_u_id on u (id);
      alter table t add primary key (id);`,
    findings: [],
    not: { 'duplicate t.t_id_unique': 'the foreign key u_id_fkey rests on it' },
  },
  {
    title: 'unique with nulls distinct and not',
    sql: `${t} create unique index idx_t_a on t (a); create unique index idx_t_a_nulls on t (a) nulls not distinct;`,
    findings: [],
    not: { 'duplicate t.idx_t_a_nulls': 'NULLS NOT DISTINCT' },
  },
  {
    title: 'unique at once and at the end of the transaction',
    sql: `create table t (a int, constraint t_a_unique unique (a) deferrable); create unique index idx_t_a on t (a);`,
    findings: [],
    not: { 'duplicate t.idx_t_a': 'DEFERRABLE' },
  },
  {
    title: 'hash beside btree',
    sql: `${t} create index idx_t_a on t (a); create index idx_t_a_hash on t using hash (a);`,
    findings: [],
    not: { 'duplicate t.idx_t_a_hash': 'another method: btree' },
  },
];
