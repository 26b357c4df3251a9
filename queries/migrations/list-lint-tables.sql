-- Every table that a migration may name, partitions and materialized views too, and about how many rows it has. Waits for nobody's lock.
-- Reads.
with recursive listed as (
  select c.oid, n.nspname, c.relname, c.relkind, c.relpersistence, c.relispartition
  from pg_catalog.pg_class as c
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'm')
    and n.nspname !~ '^pg_'
    and n.nspname <> 'information_schema'
),
-- Passage: the rows that tables have.
part (root, relid) as (
  select l.oid, l.oid
  from listed as l
  union all
  select p.root, i.inhrelid
  from part as p
    join pg_catalog.pg_inherits as i on i.inhparent = p.relid
),
locked as materialized (
  select k.relation
  from pg_catalog.pg_locks as k
  where k.locktype = 'relation'
    and k.mode = 'AccessExclusiveLock'
    and k.database = (select d.oid from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database())
),
size as (
  select
    p.root,
    pg_catalog.sum(
      case
        when c.reltuples >= 0 then c.reltuples
        when c.oid in (select k.relation from locked as k) then pg_catalog.pg_stat_get_live_tuples(c.oid)
        -- Never analysed: its size at 64 bytes a row, so that a big table is never taken for a small one. This takes a lock.
        else pg_catalog.pg_relation_size(c.oid) / 64
      end
    )::bigint as estimated_rows
  from part as p
    join pg_catalog.pg_class as c on c.oid = p.relid
  where c.relkind <> 'p'
  group by p.root
-- End of the passage.
)
select
  l.oid::text as table_oid,
  l.nspname::text as schema_name,
  l.relname::text as table_name,
  case l.relkind when 'p' then 'partitioned' when 'm' then 'materialized view' else 'table' end as kind,
  l.relispartition as is_partition,
  l.relpersistence = 'u' as is_unlogged,
  coalesce(s.estimated_rows, 0)::text as estimated_rows
from listed as l
  left join size as s on s.root = l.oid
order by l.nspname, l.relname;
