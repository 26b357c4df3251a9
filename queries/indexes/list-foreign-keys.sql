-- The foreign keys of the tables in view, to see which no index serves: deleting a row of the referenced table, or changing its key, looks
-- for the rows that reference it. Partitions inherit theirs from the parent and are left out.
-- Reads.
select
  o.oid::text as oid,
  o.conname::text as constraint_name,
  o.conrelid::text as table_oid,
  o.confrelid::text as referenced_table_oid,
  fn.nspname::text as referenced_schema,
  f.relname::text as referenced_table,
  o.conindid::text as referenced_index_oid,
  k.columns,
  o.confdeltype::text as on_delete
from pg_catalog.pg_constraint as o
  join pg_catalog.pg_class as c on c.oid = o.conrelid
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  join pg_catalog.pg_class as f on f.oid = o.confrelid
  join pg_catalog.pg_namespace as fn on fn.oid = f.relnamespace
  cross join lateral (
    select pg_catalog.array_agg(a.attname::text order by k.place) as columns
    from pg_catalog.unnest(o.conkey) with ordinality as k(attnum, place)
      join pg_catalog.pg_attribute as a on a.attrelid = o.conrelid and a.attnum = k.attnum
  ) as k
where o.contype = 'f'
  and o.conparentid = 0
  and c.relkind in ('r', 'p')
  and n.nspname !~ '^(pg_|supabase_|graphql|pgsodium|_)'
  and n.nspname <> all (array['information_schema', 'extensions', 'storage', 'realtime', 'vault', 'pgbouncer', 'net', 'cron'])
order by n.nspname, c.relname, o.conname, o.oid;
