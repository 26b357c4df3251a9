-- Whether this database has a history of migrations (a table of that name without migration_name is another tool's), in which other schemas
-- there is one, and where names without a schema point, which decides what a migration made.
-- Reads.
select
  exists (
    select 1
    from pg_catalog.pg_attribute as a
    where a.attrelid = pg_catalog.to_regclass('public.schema_migrations')
      and a.attname = 'migration_name'
      and not a.attisdropped
  ) as has_history,
  exists (
    select 1
    from pg_catalog.pg_attribute as a
    where a.attrelid = pg_catalog.to_regclass('public.schema_migrations')
      and a.attname = 'checksum'
      and not a.attisdropped
  ) as has_checksums,
  pg_catalog.to_regclass('public.schema_migrations') is not null as has_table,
  (
    select coalesce(pg_catalog.array_agg(n.nspname::text order by n.nspname), '{}')
    from pg_catalog.pg_class as c
      join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
      join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attname = 'migration_name' and not a.attisdropped
    where c.relname = 'schema_migrations'
      and c.relkind in ('r', 'p', 'v')
      and n.nspname <> 'public'
      and n.nspname !~ '^pg_'
  ) as other_schemas,
  pg_catalog.current_schemas(false)::text[] as search_path;
