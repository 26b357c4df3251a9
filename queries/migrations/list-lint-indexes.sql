-- The usable indexes of every table that a migration may name: the constraint that one belongs to, and its key columns (without expressions).
-- Reads.
select
  c.oid::text as table_oid,
  ic.relname::text as index_name,
  o.conname::text as constraint_name,
  array(
    select a.attname::text
    from pg_catalog.unnest(i.indkey::int2[]) with ordinality as k(attnum, place)
      join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.attnum
    where k.place <= i.indnkeyatts
      and k.attnum > 0
    order by k.place
  ) as columns
from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  join pg_catalog.pg_index as i on i.indrelid = c.oid and i.indisvalid
  join pg_catalog.pg_class as ic on ic.oid = i.indexrelid
  left join pg_catalog.pg_constraint as o on o.conindid = i.indexrelid and o.conrelid = i.indrelid and o.contype in ('p', 'u', 'x')
where c.relkind in ('r', 'p', 'm')
  and n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
order by c.oid, ic.relname;
