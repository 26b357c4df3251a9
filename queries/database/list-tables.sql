-- The tables of the catalog: everything an operator may look into. System schemas and the platform's internal ones are left out;
-- partitions are left out too, since their parent answers for them, with their rows. Waits for nobody's lock: a table that is being
-- rewritten must not keep the console from opening.
-- Reads.
with recursive listed as (
  select c.oid, n.nspname, c.relname, c.relrowsecurity
  from pg_catalog.pg_class as c
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p')
    and not c.relispartition
    and n.nspname !~ '^(pg_|supabase_|graphql|pgsodium|_)'
    and n.nspname <> all (array['information_schema', 'extensions', 'storage', 'realtime', 'vault', 'pgbouncer', 'net', 'cron'])
),
-- Not pg_partition_tree, which locks what it lists.
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
  l.oid::text as oid,
  l.nspname::text as schema_name,
  l.relname::text as table_name,
  coalesce(s.estimated_rows, 0)::text as estimated_rows,
  l.relrowsecurity as has_row_security,
  pg_catalog.row_security_active(l.oid) as row_security_active,
  pg_catalog.has_table_privilege(l.oid, 'select') as may_select
from listed as l
  left join size as s on s.root = l.oid
order by l.nspname, l.relname;
