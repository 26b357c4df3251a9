-- What work on tables is about: each table, its partitions however deep, and all their indexes, those of their TOAST tables too, with sizes;
-- one row for each index, or one with nulls for a table without. Asked before and after: what was rebuilt has another oid, and what an
-- interrupted REINDEX left behind is invalid and has a name of its kind, while nobody holds the lock of whoever works on it.
-- Waits for nobody's lock: sizes are null where a table is locked.
-- $1 table_oids text[]: oids of tables.
-- Reads.
with tables as materialized (
  select distinct p.relid as oid
  from pg_catalog.unnest($1::text[]) as w(oid)
    cross join lateral (
      select w.oid::oid as relid
      union
      select t.relid::oid from pg_catalog.pg_partition_tree(w.oid::oid::pg_catalog.regclass) as t
    ) as p
),
locks as materialized (
  -- Passage: the locks that others hold.
  select k.relation, k.mode
  from pg_catalog.pg_locks as k
  where k.locktype = 'relation'
    and k.pid <> pg_catalog.pg_backend_pid()
    and k.granted
    and k.database = (select d.oid from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database())
  -- End of the passage.
),
locked as materialized (
  select l.relation from locks as l where l.mode = 'AccessExclusiveLock'
)
select
  t.oid::text as table_oid,
  tn.nspname::text as table_schema,
  t.relname::text as table_name,
  case when t.oid not in (select l.relation from locked as l) then pg_catalog.pg_table_size(t.oid) end::text as table_bytes,
  coalesce(pg_catalog.pg_stat_get_dead_tuples(t.oid), 0)::text as dead_rows,
  x.oid::text as index_oid,
  xn.nspname::text as index_schema,
  x.relname::text as index_name,
  h.inhparent::text as parent_oid,
  x.relkind = 'I' as is_partitioned,
  i.indisvalid as is_valid,
  i.indisexclusion as is_exclusion,
  x.relkind = 'i' and not i.indisvalid and x.relname ~ '_cc(new|old)[0-9]*$' as is_leftover,
  x.oid in (select l.relation from locks as l where l.mode = 'ShareUpdateExclusiveLock') as is_worked_on,
  case
    when x.oid not in (select l.relation from locked as l) and i.indrelid not in (select l.relation from locked as l)
      then pg_catalog.pg_relation_size(x.oid)
  end::text as index_bytes
from tables as w
  join pg_catalog.pg_class as t on t.oid = w.oid
  join pg_catalog.pg_namespace as tn on tn.oid = t.relnamespace
  left join pg_catalog.pg_index as i on i.indrelid in (t.oid, t.reltoastrelid) and i.indrelid <> 0
  left join pg_catalog.pg_class as x on x.oid = i.indexrelid
  left join pg_catalog.pg_namespace as xn on xn.oid = x.relnamespace
  left join pg_catalog.pg_inherits as h on h.inhrelid = x.oid
order by tn.nspname, t.relname, xn.nspname, x.relname;
