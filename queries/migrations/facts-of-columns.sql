-- Which columns are there, of which type, and which are not null or have a default; for the evidence of migrations.
-- $1 schemas text[]: schemas that the migrations name.
-- Reads.
select k.kind, n.nspname::text as schema_name, c.relname::text as object_name, a.attname::text as part, k.value
from pg_catalog.pg_attribute as a
  join pg_catalog.pg_class as c on c.oid = a.attrelid
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  cross join lateral (
    values
      ('column', 'is there'),
      -- Without schema and quotes: a migration seldom writes them.
      (
        'column-type',
        pg_catalog.regexp_replace(pg_catalog.replace(pg_catalog.format_type(a.atttypid, a.atttypmod), '"', ''), '^[^(]*\.', '')
      ),
      ('not-null', case when a.attnotnull then 'yes' end),
      ('default', case when a.atthasdef then 'yes' end)
  ) as k(kind, value)
where n.nspname = any ($1::text[])
  and c.relkind in ('r', 'p', 'v', 'm', 'f')
  and a.attnum > 0
  and not a.attisdropped
  and k.value is not null
order by n.nspname, c.relname, a.attnum, k.kind;
