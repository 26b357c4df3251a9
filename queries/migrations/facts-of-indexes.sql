-- Which indexes are there and usable: table, method, uniqueness, key columns (an expression is empty) and whether they leave rows out.
-- One that was built concurrently and did not finish is there and of no use, so it is no evidence.
-- $1 schemas text[]: schemas that the migrations name.
-- Reads.
select
  'index'::text as kind,
  n.nspname::text as schema_name,
  ic.relname::text as object_name,
  ''::text as part,
  tn.nspname || '.' || c.relname || ' ' || m.amname
    || case when i.indisunique then ' unique' else '' end
    || ' (' || pg_catalog.string_agg(coalesce(a.attname, ''), ', ' order by k.place) || ')'
    || case when i.indpred is null then '' else ' partial' end as value
from pg_catalog.pg_index as i
  join pg_catalog.pg_class as ic on ic.oid = i.indexrelid
  join pg_catalog.pg_namespace as n on n.oid = ic.relnamespace
  join pg_catalog.pg_am as m on m.oid = ic.relam
  join pg_catalog.pg_class as c on c.oid = i.indrelid
  join pg_catalog.pg_namespace as tn on tn.oid = c.relnamespace
  cross join lateral pg_catalog.unnest(i.indkey::int2[]) with ordinality as k(attnum, place)
  left join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.attnum and k.attnum <> 0
where n.nspname = any ($1::text[])
  and i.indisvalid
  and k.place <= i.indnkeyatts
group by n.nspname, ic.relname, tn.nspname, c.relname, m.amname, i.indisunique, i.indpred is null
order by n.nspname, ic.relname;
