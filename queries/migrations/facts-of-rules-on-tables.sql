-- Which policies and triggers tables have: a policy's command, a trigger's function and its row, timing and events (pg_trigger.tgtype).
-- $1 schemas text[]: schemas that the migrations name.
-- Reads.
select 'policy'::text as kind, n.nspname::text as schema_name, c.relname::text as object_name, p.polname::text as part,
  case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end as value
from pg_catalog.pg_policy as p
  join pg_catalog.pg_class as c on c.oid = p.polrelid
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname = any ($1::text[])
union all
select 'trigger', n.nspname::text, c.relname::text, t.tgname::text, f.proname || ' ' || t.tgtype
from pg_catalog.pg_trigger as t
  join pg_catalog.pg_class as c on c.oid = t.tgrelid
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  join pg_catalog.pg_proc as f on f.oid = t.tgfoid
where n.nspname = any ($1::text[])
  and not t.tgisinternal
order by kind, schema_name, object_name, part;
