-- What would go or break with a table or one of its columns: views over it and foreign keys to it. Lint warns before a migration drops them.
-- $1 schemas text[]: schemas that the migrations name.
-- Reads.
select n.nspname::text as schema_name, c.relname::text as table_name, a.attname::text as column_name, 'view ' || v.relname as dependent
from pg_catalog.pg_depend as d
  join pg_catalog.pg_rewrite as r on r.oid = d.objid
  join pg_catalog.pg_class as v on v.oid = r.ev_class and v.oid <> d.refobjid
  join pg_catalog.pg_class as c on c.oid = d.refobjid
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum = d.refobjsubid
where d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
  and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
  and d.refobjsubid > 0
  and n.nspname = any ($1::text[])
union
select n.nspname::text, c.relname::text, a.attname::text, 'foreign key ' || o.conname || ' of ' || own.relname
from pg_catalog.pg_constraint as o
  join pg_catalog.pg_class as own on own.oid = o.conrelid and own.oid <> o.confrelid
  join pg_catalog.pg_class as c on c.oid = o.confrelid
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum = any (o.confkey)
where o.contype = 'f'
  and n.nspname = any ($1::text[])
order by schema_name, table_name, column_name, dependent;
