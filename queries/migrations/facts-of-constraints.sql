-- Which constraints tables have: kind, columns, and of a foreign key where it points and what it does on update and delete.
-- $1 schemas text[]: schemas that the migrations name.
-- Reads.
select k.kind, n.nspname::text as schema_name, c.relname::text as object_name, o.conname::text as part, k.value
from pg_catalog.pg_constraint as o
  join pg_catalog.pg_class as c on c.oid = o.conrelid
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  left join pg_catalog.pg_class as t on t.oid = o.confrelid
  left join pg_catalog.pg_namespace as tn on tn.oid = t.relnamespace
  left join lateral (
    select pg_catalog.string_agg(a.attname, ', ' order by s.place) as list
    from pg_catalog.unnest(o.conkey) with ordinality as s(attnum, place)
      join pg_catalog.pg_attribute as a on a.attrelid = o.conrelid and a.attnum = s.attnum
  ) as columns on true
  cross join lateral (
    values
      (
        'constraint',
        case
          when o.contype = 'f' then 'f (' || columns.list || ') ' || tn.nspname || '.' || t.relname || ' ' || o.confupdtype::text || o.confdeltype::text
          when o.contype in ('p', 'u') then o.contype::text || ' (' || columns.list || ')'
          else o.contype::text
        end
      ),
      ('validated', case when o.convalidated and o.contype in ('c', 'f') then 'yes' end)
  ) as k(kind, value)
where n.nspname = any ($1::text[])
  and o.contype in ('p', 'u', 'c', 'f', 'x')
  and k.value is not null
order by n.nspname, c.relname, o.conname, k.kind;
