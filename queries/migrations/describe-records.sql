-- Whether this database has what a run is recorded in, and with which columns: the history (manual 4.5, where a checksum column may be
-- missing), what this role may do with it and whether policies may keep rows from it, and the audit log. Asked anew before every file, since a migration may create either.
-- Reads.
select
  (
    select coalesce(pg_catalog.array_agg(a.attname::text order by a.attnum), '{}')
    from pg_catalog.pg_attribute as a
    where a.attrelid = pg_catalog.to_regclass('public.schema_migrations') and a.attnum > 0 and not a.attisdropped
  ) as history_columns,
  (
    select coalesce(pg_catalog.array_agg(pg_catalog.format_type(a.atttypid, a.atttypmod) order by a.attnum), '{}')
    from pg_catalog.pg_attribute as a
    where a.attrelid = pg_catalog.to_regclass('public.schema_migrations') and a.attnum > 0 and not a.attisdropped
  ) as history_types,
  (
    select coalesce(pg_catalog.array_agg(a.attname::text order by a.attnum), '{}')
    from pg_catalog.pg_attribute as a
    where a.attrelid = pg_catalog.to_regclass('public.schema_migrations')
      and a.attnum > 0
      and not a.attisdropped
      and a.attnotnull
      and not a.atthasdef
      and a.attidentity = ''
  ) as history_needs,
  (
    select r.rolname::text
    from pg_catalog.pg_class as c
      join pg_catalog.pg_roles as r on r.oid = c.relowner
    where c.oid = pg_catalog.to_regclass('public.schema_migrations')
  ) as history_owner,
  coalesce(
    (
      select pg_catalog.pg_has_role(c.relowner, 'usage')
      from pg_catalog.pg_class as c
      where c.oid = pg_catalog.to_regclass('public.schema_migrations')
    ),
    false
  ) as is_owner,
  (
    select coalesce(pg_catalog.array_agg(w.privilege || ' on ' || w.object order by w.object, w.privilege), '{}')
    from (
      select p.privilege, c.oid::pg_catalog.regclass::text as object
      from pg_catalog.pg_class as c
        cross join (values ('select'), ('insert'), ('update')) as p(privilege)
      where c.oid = pg_catalog.to_regclass('public.schema_migrations')
        and not pg_catalog.has_table_privilege(c.oid, p.privilege)
      union all
      select 'a policy for ' || w.privilege, c.oid::pg_catalog.regclass::text
      from pg_catalog.pg_class as c
        cross join (values ('insert', 'a'), ('update', 'w')) as w(privilege, command)
      where c.oid = pg_catalog.to_regclass('public.schema_migrations')
        and pg_catalog.row_security_active(c.oid)
        and not exists (
          select 1
          from pg_catalog.pg_policy as p
          where p.polrelid = c.oid
            and p.polpermissive
            and p.polcmd::text in (w.command, '*')
            and exists (select 1 from pg_catalog.unnest(p.polroles) as r where r = 0 or pg_catalog.pg_has_role(r, 'usage'))
        )
      union all
      select 'usage', 'sequence ' || s.oid::pg_catalog.regclass::text
      from pg_catalog.pg_depend as d
        join pg_catalog.pg_class as s on s.oid = d.objid and s.relkind = 'S'
      where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
        and d.refobjid = pg_catalog.to_regclass('public.schema_migrations')
        and d.deptype = 'a'
        and case when s.relkind = 'S' then not pg_catalog.has_sequence_privilege(s.oid, 'usage') else false end
    ) as w
  ) as missing_rights,
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
    select coalesce(pg_catalog.array_agg(n.nspname::text order by n.nspname), '{}')
    from pg_catalog.pg_class as c
      join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
      join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attname = 'migration_name' and not a.attisdropped
    where c.relname = 'schema_migrations'
      and c.relkind in ('r', 'p', 'v')
      and n.nspname <> 'public'
      and n.nspname !~ '^pg_'
  ) as other_schemas,
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
