-- What refuses to let go of something, as the server sees it: dropping the one thing is refused because of the other, unless that goes too. A
-- part of a relation (column, constraint, policy, trigger) is named beside it; a rule is named as its view. Of a function the number of its
-- arguments stands for the column.
-- Reads.
with owned as (
  select 'pg_catalog.pg_class'::pg_catalog.regclass as classid, c.oid, n.nspname, c.relname as name,
    case c.relkind when 'i' then 'index' when 'I' then 'index' when 'S' then 'sequence' else 'relation' end as kind, '' as part
  from pg_catalog.pg_class as c
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S', 'i', 'I')
  union all
  select 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, n.nspname, coalesce(c.relname, t.typname),
    case when c.relkind in ('r', 'p', 'v', 'm', 'f') then 'relation' else 'type' end, ''
  from pg_catalog.pg_type as t
    join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
    left join pg_catalog.pg_class as c on c.oid = t.typrelid
  union all
  select 'pg_catalog.pg_proc'::pg_catalog.regclass, f.oid, n.nspname, f.proname, 'function', f.pronargs::text
  from pg_catalog.pg_proc as f
    join pg_catalog.pg_namespace as n on n.oid = f.pronamespace
)
select distinct
  o.kind as kind,
  o.nspname::text as schema_name,
  o.name::text as object_name,
  coalesce(a.attname, o.part)::text as column_name,
  coalesce(case vc.relkind when 'v' then 'view' when 'm' then 'materialized view' end, d.type)::text as dependent_kind,
  coalesce(d.object_names[1], '')::text as dependent_schema,
  coalesce(d.object_names[2], '')::text as dependent_name,
  case when vc.oid is null then coalesce(d.object_names[3], '') else '' end::text as dependent_part
from pg_catalog.pg_depend as p
  join owned as o on o.classid = p.refclassid and o.oid = p.refobjid
  left join pg_catalog.pg_attribute as a
    on p.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and a.attrelid = p.refobjid and a.attnum = p.refobjsubid and a.attnum > 0
  left join pg_catalog.pg_rewrite as r on p.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and r.oid = p.objid
  left join pg_catalog.pg_class as vc on vc.oid = r.ev_class and vc.relkind in ('v', 'm')
  cross join lateral pg_catalog.pg_identify_object_as_address(p.classid, p.objid, p.objsubid) as d
where p.refobjid >= 16384
  and p.deptype = 'n'
  and o.nspname !~ '^pg_'
  and o.nspname <> 'information_schema'
  and not (p.classid = p.refclassid and p.objid = p.refobjid)
  and vc.oid is distinct from p.refobjid
order by kind, schema_name, object_name, column_name, dependent_kind, dependent_schema, dependent_name, dependent_part;
