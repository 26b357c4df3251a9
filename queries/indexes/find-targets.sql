-- The tables and indexes that are asked for, by oid or by name, with what decides whether this role may work on them: nothing that somebody
-- typed becomes an identifier. A name is `schema.name`, in public the bare name too; both are compared as they are, without quoting rules.
-- REINDEX, VACUUM and ANALYZE are the owner's, the latter two the database owner's too, and all three those of MAINTAIN from PostgreSQL 17 on.
-- $1 oids text[]: oids of tables and indexes.
-- $2 names text[]: names of tables and indexes.
-- Reads.
select
  c.oid::text as oid,
  case when c.relkind in ('i', 'I') then 'index' else 'table' end as kind,
  c.relkind in ('p', 'I') as is_partitioned,
  n.nspname::text as schema_name,
  c.relname::text as name,
  t.oid::text as table_oid,
  tn.nspname::text as table_schema,
  t.relname::text as table_name,
  pg_catalog.pg_get_userbyid(t.relowner)::text as owner,
  coalesce(i.indisvalid, true) as is_valid,
  coalesce(i.indisexclusion, false) as is_exclusion,
  r.is_owner or r.is_maintainer as may_reindex,
  r.is_owner or r.is_maintainer or pg_catalog.pg_has_role(d.datdba, 'usage') as may_vacuum
from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  left join pg_catalog.pg_index as i on i.indexrelid = c.oid
  join pg_catalog.pg_class as t on t.oid = coalesce(i.indrelid, c.oid)
  join pg_catalog.pg_namespace as tn on tn.oid = t.relnamespace
  join pg_catalog.pg_database as d on d.datname = pg_catalog.current_database()
  cross join lateral (
    select
      pg_catalog.pg_has_role(t.relowner, 'usage') as is_owner,
      case
        when pg_catalog.current_setting('server_version_num')::int >= 170000 then pg_catalog.has_table_privilege(t.oid, 'maintain')
        else false
      end as is_maintainer
  ) as r
where c.relkind in ('r', 'p', 'm', 'i', 'I')
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
  and (
    c.oid::text = any ($1::text[])
    or n.nspname || '.' || c.relname = any ($2::text[])
    or (n.nspname = 'public' and c.relname = any ($2::text[]))
  )
order by n.nspname, c.relname;
