-- The tables of the catalog: everything an operator may look into. System schemas and the platform's internal ones are left out;
-- partitions are left out too, since their parent answers for them.
-- Reads.
select
  c.oid::text as oid,
  n.nspname::text as schema_name,
  c.relname::text as table_name,
  coalesce(e.estimated_rows, 0)::text as estimated_rows,
  c.relrowsecurity as has_row_security,
  pg_catalog.row_security_active(c.oid) as row_security_active,
  pg_catalog.has_table_privilege(c.oid, 'select') as may_select
from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  -- Never analysed reads -1: then its size at 64 bytes a row, so that a big table is never taken for a small one.
  cross join lateral (
    select pg_catalog.sum(case when p.reltuples < 0 then pg_catalog.pg_relation_size(p.oid) / 64 else p.reltuples end)::bigint as estimated_rows
    from (
      -- pg_partition_tree gives nothing for a table that is neither partitioned nor a partition.
      select c.oid as relid
      where c.relkind = 'r'
      union all
      select tree.relid
      from pg_catalog.pg_partition_tree(c.oid) as tree
      where tree.isleaf
    ) as leaf
      join pg_catalog.pg_class as p on p.oid = leaf.relid
  ) as e
where c.relkind in ('r', 'p')
  and not c.relispartition
  and n.nspname !~ '^(pg_|supabase_|graphql|pgsodium|_)'
  and n.nspname <> all (array['information_schema', 'extensions', 'storage', 'realtime', 'vault', 'pgbouncer', 'net', 'cron'])
order by n.nspname, c.relname;
