-- Whether this database has what a run is recorded in, and with which columns: the history (manual 4.5, where a checksum column may be
-- missing) and the audit log. Asked anew before every file, since a migration may create either.
-- Reads.
select
  (
    select coalesce(pg_catalog.array_agg(a.attname::text order by a.attnum), '{}')
    from pg_catalog.pg_attribute as a
    where a.attrelid = pg_catalog.to_regclass('public.schema_migrations') and a.attnum > 0 and not a.attisdropped
  ) as history_columns,
  (
    select coalesce(pg_catalog.array_agg(a.attname::text order by a.attnum), '{}')
    from pg_catalog.pg_attribute as a
    where a.attrelid = pg_catalog.to_regclass('public.audit_log') and a.attnum > 0 and not a.attisdropped
  ) as audit_columns,
  exists (
    select 1
    from pg_catalog.pg_index as i
      join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
    where i.indrelid = pg_catalog.to_regclass('public.schema_migrations')
      and i.indisunique
      and i.indisvalid
      and i.indnkeyatts = 1
      and i.indpred is null
      and a.attname = 'migration_name'
  ) as names_are_unique;
