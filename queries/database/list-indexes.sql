-- The usable indexes of every table of the catalog with their key columns in order (INCLUDE columns are no keys; an expression is
-- given as ''), whether they cover the whole table, and the operator class of the first key: enough to tell which look-up an index serves.
-- Reads.
select
  i.indrelid::text as table_oid,
  ic.relname::text as index_name,
  m.amname::text as access_method,
  i.indisprimary as is_primary,
  i.indisunique as is_unique,
  i.indpred is not null as is_partial,
  o.opcname::text as first_operator_class,
  pg_catalog.array_agg(coalesce(a.attname, '')::text order by k.place) as key_columns
from pg_catalog.pg_index as i
  join pg_catalog.pg_class as ic on ic.oid = i.indexrelid
  join pg_catalog.pg_am as m on m.oid = ic.relam
  join pg_catalog.pg_class as c on c.oid = i.indrelid
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  join pg_catalog.pg_opclass as o on o.oid = i.indclass[0]
  cross join lateral pg_catalog.unnest(i.indkey::int2[]) with ordinality as k(attnum, place)
  left join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.attnum and k.attnum <> 0
where i.indisvalid
  and i.indisready
  and k.place <= i.indnkeyatts
  and c.relkind in ('r', 'p')
  and not c.relispartition
  and n.nspname !~ '^(pg_|supabase_|graphql|pgsodium|_)'
  and n.nspname <> all (array['information_schema', 'extensions', 'storage', 'realtime', 'vault', 'pgbouncer', 'net', 'cron'])
group by i.indrelid, ic.relname, m.amname, i.indisprimary, i.indisunique, i.indpred is not null, o.opcname
order by i.indrelid, i.indisprimary desc, ic.relname;
