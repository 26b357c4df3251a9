-- The tables, partitioned tables and materialised views that the list's indexes are on, with their size beside their indexes', how much is
-- written to them, what vacuum has done, and their columns: what an index costs, and which are missing. `null` sizes are those of a table
-- that somebody has locked; waits for nobody's lock.
-- Reads.
with locked as materialized (
  select k.relation
  from pg_catalog.pg_locks as k
  where k.locktype = 'relation'
    and k.mode = 'AccessExclusiveLock'
    and k.pid <> pg_catalog.pg_backend_pid()
    and k.database = (select d.oid from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database())
)
select
  c.oid::text as oid,
  h.inhparent::text as parent_oid,
  n.nspname::text as schema_name,
  c.relname::text as table_name,
  c.relkind::text as kind,
  case when c.oid not in (select l.relation from locked as l) then pg_catalog.pg_table_size(c.oid) end::text as table_bytes,
  case
    when c.reltuples >= 0 then c.reltuples
    when c.oid in (select l.relation from locked as l) or c.relkind = 'p' then pg_catalog.pg_stat_get_live_tuples(c.oid)
    -- Never analysed: its size at 64 bytes a row, so that a big table is never taken for a small one.
    else pg_catalog.pg_relation_size(c.oid) / 64
  end::text as estimated_rows,
  c.relpages::text as pages,
  c.relallvisible::text as all_visible_pages,
  coalesce(s.n_tup_ins + s.n_tup_del + s.n_tup_upd - s.n_tup_hot_upd, 0)::text as index_writes,
  coalesce(s.seq_scan, 0)::text as sequential_scans,
  coalesce(s.n_mod_since_analyze, 0)::text as rows_changed_since_analyze,
  greatest(s.last_vacuum, s.last_autovacuum)::text as last_vacuum,
  greatest(s.last_analyze, s.last_autoanalyze)::text as last_analyze,
  a.columns,
  a.jsonb_columns
from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  left join pg_catalog.pg_inherits as h on h.inhrelid = c.oid and c.relispartition
  left join pg_catalog.pg_stat_all_tables as s on s.relid = c.oid
  cross join lateral (
    select
      coalesce(pg_catalog.array_agg(a.attname::text order by a.attnum), '{}') as columns,
      coalesce(
        pg_catalog.array_agg(a.attname::text order by a.attnum) filter (where a.atttypid = 'pg_catalog.jsonb'::pg_catalog.regtype),
        '{}'
      ) as jsonb_columns
    from pg_catalog.pg_attribute as a
    where a.attrelid = c.oid
      and a.attnum > 0
      and not a.attisdropped
  ) as a
where c.relkind in ('r', 'p', 'm')
  and n.nspname !~ '^(pg_|supabase_|graphql|pgsodium|_)'
  and n.nspname <> all (array['information_schema', 'extensions', 'storage', 'realtime', 'vault', 'pgbouncer', 'net', 'cron'])
order by n.nspname, c.relname;
