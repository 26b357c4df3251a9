-- The constraints of every table that a migration may name; of a check that every row is known to pass, what it says, and which columns it names.
-- Reads.
select
  c.oid::text as table_oid,
  o.conname::text as constraint_name,
  case when o.contype = 'c' and o.convalidated then pg_catalog.pg_get_constraintdef(o.oid) else '' end as definition,
  array(
    select a.attname::text
    from pg_catalog.pg_attribute as a
    where o.contype = 'c'
      and a.attrelid = o.conrelid
      and a.attnum = any (o.conkey)
    order by a.attnum
  ) as columns
from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  join pg_catalog.pg_constraint as o on o.conrelid = c.oid
where c.relkind in ('r', 'p', 'm')
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
order by c.oid, o.conname;
