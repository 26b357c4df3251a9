-- What lint has to know of every table that a migration may name, partitions and materialized views too: how many rows, what is proved of its
-- columns already, and which of its indexes belong to constraints. Waits for nobody's lock.
-- Reads.
with recursive listed as (
  select c.oid, n.nspname, c.relname, c.relkind, c.relpersistence, c.relispartition
  from pg_catalog.pg_class as c
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'm')
    and n.nspname !~ '^pg_'
    and n.nspname <> 'information_schema'
),
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
),
shape as (
  select
    a.attrelid,
    pg_catalog.array_agg(a.attname::text order by a.attnum) as names,
    pg_catalog.array_agg(pg_catalog.format_type(a.atttypid, a.atttypmod) order by a.attnum) as types,
    coalesce(pg_catalog.array_agg(a.attname::text order by a.attnum) filter (where a.attnotnull), '{}') as not_null
  from pg_catalog.pg_attribute as a
  where a.attnum > 0
    and not a.attisdropped
    and a.attrelid in (select l.oid from listed as l)
  group by a.attrelid
),
checks as (
  select
    o.conrelid,
    pg_catalog.array_agg(o.conname::text order by o.conname) as names,
    pg_catalog.array_agg(
      case when o.contype = 'c' and o.convalidated then pg_catalog.pg_get_constraintdef(o.oid) else '' end order by o.conname
    ) as definitions,
    pg_catalog.array_agg(
      case
        when o.contype = 'c' then (
          select coalesce(pg_catalog.string_agg(a.attname, pg_catalog.chr(1) order by a.attnum), '')
          from pg_catalog.pg_attribute as a
          where a.attrelid = o.conrelid
            and a.attnum = any (o.conkey)
        )
        else ''
      end order by o.conname
    ) as columns
  from pg_catalog.pg_constraint as o
  where o.conrelid in (select l.oid from listed as l)
  group by o.conrelid
),
indexes as (
  select
    i.indrelid,
    pg_catalog.array_agg(ic.relname::text order by ic.relname) as names,
    pg_catalog.array_agg(coalesce(o.conname, '')::text order by ic.relname) as constraints,
    pg_catalog.array_agg(
      (
        select coalesce(pg_catalog.string_agg(a.attname, pg_catalog.chr(1) order by k.place), '')
        from pg_catalog.unnest(i.indkey::int2[]) with ordinality as k(attnum, place)
          join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.attnum and a.attnum > 0
        where k.place <= i.indnkeyatts
      ) order by ic.relname
    ) as columns
  from pg_catalog.pg_index as i
    join pg_catalog.pg_class as ic on ic.oid = i.indexrelid
    left join pg_catalog.pg_constraint as o on o.conindid = i.indexrelid and o.conrelid = i.indrelid and o.contype in ('p', 'u', 'x')
  where i.indisvalid
  group by i.indrelid
)
select
  l.nspname::text as schema_name,
  l.relname::text as table_name,
  case l.relkind when 'p' then 'partitioned' when 'm' then 'materialized view' else 'table' end as kind,
  l.relispartition as is_partition,
  l.relpersistence = 'u' as is_unlogged,
  coalesce(s.estimated_rows, 0)::text as estimated_rows,
  coalesce(h.names, '{}') as column_names,
  coalesce(h.types, '{}') as column_types,
  coalesce(h.not_null, '{}') as not_null_columns,
  coalesce(k.names, '{}') as constraint_names,
  coalesce(k.definitions, '{}') as constraint_checks,
  coalesce(k.columns, '{}') as constraint_columns,
  coalesce(i.names, '{}') as index_names,
  coalesce(i.constraints, '{}') as index_constraints,
  coalesce(i.columns, '{}') as index_columns
from listed as l
  left join size as s on s.root = l.oid
  left join shape as h on h.attrelid = l.oid
  left join checks as k on k.conrelid = l.oid
  left join indexes as i on i.indrelid = l.oid
order by l.nspname, l.relname;
