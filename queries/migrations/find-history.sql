-- Whether this database has a history of migrations (a table of that name without migration_name is another tool's), and where names
-- without a schema point, which decides what a migration made.
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
  pg_catalog.current_schemas(false)::text[] as search_path;
