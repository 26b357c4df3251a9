-- The columns of every table of the catalog, in their order, with the base type's name ('uuid', 'text', 'jsonb'; a domain's own)
-- and how it is written.
-- Reads.
select
  a.attrelid::text as table_oid,
  a.attnum::int as position,
  a.attname::text as column_name,
  coalesce(b.typname, t.typname)::text as type_name,
  pg_catalog.format_type(a.atttypid, a.atttypmod) as type_text,
  a.attnotnull as is_not_null
from pg_catalog.pg_attribute as a
  join pg_catalog.pg_class as c on c.oid = a.attrelid
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  join pg_catalog.pg_type as t on t.oid = a.atttypid
  left join pg_catalog.pg_type as b on t.typtype = 'd' and b.oid = t.typbasetype
where a.attnum > 0
  and not a.attisdropped
  and c.relkind in ('r', 'p')
  and not c.relispartition
  and n.nspname !~ '^(pg_|supabase_|graphql|pgsodium|_)'
  and n.nspname <> all (array['information_schema', 'extensions', 'storage', 'realtime', 'vault', 'pgbouncer', 'net', 'cron'])
order by a.attrelid, a.attnum;
