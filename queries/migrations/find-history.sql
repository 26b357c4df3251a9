-- Whether this database has a history of migrations (a table of that name without migration_name is another tool's), in which other schemas
-- there is one, and where names without a schema point, which decides what a migration made. Whether row level security may keep rows of it
-- from this role: no policy shows it all of them.
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
  coalesce(
    (
      select
        -- Passage: whether policies may hide rows.
        pg_catalog.row_security_active(c.oid)
        and (
          not exists (
            select 1
            from pg_catalog.pg_policy as p
            where p.polrelid = c.oid
              and p.polpermissive
              and p.polcmd in ('r', '*')
              and pg_catalog.pg_get_expr(p.polqual, p.polrelid) = 'true'
              and exists (select 1 from pg_catalog.unnest(p.polroles) as r where r = 0 or pg_catalog.pg_has_role(r, 'usage'))
          )
          or exists (
            select 1
            from pg_catalog.pg_policy as p
            where p.polrelid = c.oid
              and not p.polpermissive
              and p.polcmd in ('r', '*')
              and pg_catalog.pg_get_expr(p.polqual, p.polrelid) <> 'true'
              and exists (select 1 from pg_catalog.unnest(p.polroles) as r where r = 0 or pg_catalog.pg_has_role(r, 'usage'))
          )
        )
      from pg_catalog.pg_class as c
      where c.oid = pg_catalog.to_regclass('public.schema_migrations')
      -- End of the passage.
    ),
    false
  ) as hides_rows,
  current_user::text as role_name,
  (
    select r.rolname::text
    from pg_catalog.pg_class as c
      join pg_catalog.pg_roles as r on r.oid = c.relowner
    where c.oid = pg_catalog.to_regclass('public.schema_migrations')
  ) as history_owner,
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
