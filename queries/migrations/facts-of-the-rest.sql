-- Which extensions and schemas are there, and digests of the comments on tables and columns.
-- $1 schemas text[]: schemas that the migrations name.
-- Reads.
select 'extension'::text as kind, ''::text as schema_name, e.extname::text as object_name, ''::text as part, 'is there'::text as value
from pg_catalog.pg_extension as e
union all
select 'schema', '', n.nspname::text, '', 'is there'
from pg_catalog.pg_namespace as n
where n.nspname !~ '^pg_'
union all
select 'comment', n.nspname::text, c.relname::text, coalesce(a.attname, '')::text, pg_catalog.md5(d.description)
from pg_catalog.pg_description as d
  join pg_catalog.pg_class as c on c.oid = d.objoid and d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  left join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum = d.objsubid and d.objsubid > 0
where n.nspname = any ($1::text[])
  and c.relkind in ('r', 'p', 'v', 'm', 'f')
order by kind, schema_name, object_name, part;
