-- Of the names in statements that others wrote, those that mean, or could mean, something with code of a stranger behind it: to plan a statement
-- runs immutable functions, in views, defaults and policies too, with the rights of whoever asks. No strangers are PostgreSQL itself, superusers,
-- the owner of this database and this role.
-- $1 names text[]: as statements have them, in any schema.
-- Reads.
with own as materialized (
  select r.oid from pg_catalog.pg_roles as r where r.rolsuper or r.rolname = current_user
  union all
  select d.datdba from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database()
)
select named.kind, named.name, pg_catalog.pg_get_userbyid(named.owner_oid)::text as owner
from (
  select 'function'::text as kind, p.proname::text as name, p.proowner as owner_oid
  from pg_catalog.pg_proc as p
  where p.proname = any ($1::text[])
  union
  select 'operator', o.oprname::text, o.oprowner
  from pg_catalog.pg_operator as o
  where o.oprname = any ($1::text[])
  union
  select 'type', t.typname::text, t.typowner
  from pg_catalog.pg_type as t
  where t.typname = any ($1::text[]) and t.typrelid = 0
  union
  select 'relation', c.relname::text, c.relowner
  from pg_catalog.pg_class as c
  where c.relname = any ($1::text[]) and c.relkind in ('r', 'p', 'v', 'm', 'f')
) as named
where named.owner_oid not in (select o.oid from own as o)
order by named.kind, named.name, owner;
