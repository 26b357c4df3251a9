-- Which types are there (enum, composite, domain, range), and the values of the enums.
-- $1 schemas text[]: schemas that the migrations name.
-- Reads.
select 'type'::text as kind, n.nspname::text as schema_name, t.typname::text as object_name, ''::text as part,
  case t.typtype when 'e' then 'enum' when 'c' then 'composite' when 'd' then 'domain' else 'range' end as value
from pg_catalog.pg_type as t
  join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
  left join pg_catalog.pg_class as c on c.oid = t.typrelid
where n.nspname = any ($1::text[])
  and (t.typtype in ('e', 'd', 'r') or c.relkind = 'c')
union all
select 'enum-value', n.nspname::text, t.typname::text, e.enumlabel::text, 'is there'
from pg_catalog.pg_enum as e
  join pg_catalog.pg_type as t on t.oid = e.enumtypid
  join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
where n.nspname = any ($1::text[])
order by kind, schema_name, object_name, part;
