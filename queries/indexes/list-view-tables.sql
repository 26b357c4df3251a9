-- Which tables each view reads, through other views too: a statement that names a view uses the indexes of these.
-- Reads.
with recursive reads as materialized (
  select distinct r.ev_class as view_oid, d.refobjid as relation_oid
  from pg_catalog.pg_rewrite as r
    join pg_catalog.pg_class as v on v.oid = r.ev_class and v.relkind = 'v'
    join pg_catalog.pg_namespace as n on n.oid = v.relnamespace and n.nspname not in ('pg_catalog', 'information_schema')
    join pg_catalog.pg_depend as d
      on d.classid = 'pg_catalog.pg_rewrite'::regclass
        and d.objid = r.oid
        and d.refclassid = 'pg_catalog.pg_class'::regclass
        and d.refobjid <> r.ev_class
),
through as (
  select r.view_oid, r.relation_oid
  from reads as r
  union
  select t.view_oid, r.relation_oid
  from through as t
    join reads as r on r.view_oid = t.relation_oid
)
select n.nspname::text as schema_name, v.relname::text as view_name, pg_catalog.array_agg(t.relation_oid::text order by t.relation_oid) as table_oids
from through as t
  join pg_catalog.pg_class as v on v.oid = t.view_oid
  join pg_catalog.pg_namespace as n on n.oid = v.relnamespace
  join pg_catalog.pg_class as c on c.oid = t.relation_oid and c.relkind in ('r', 'p', 'm')
group by n.nspname, v.relname
order by n.nspname, v.relname;
