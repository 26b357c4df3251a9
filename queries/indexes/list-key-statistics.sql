-- What ANALYZE knows of the columns of some btree indexes, one row a column in its order, included ones behind the keys: how wide they are, how
-- often null, how many different values, and whether equal ones are stored once. From this the size of a fresh index is estimated.
-- pg_stats has names, no oids: schema, table and column together are one column all the same. A column without a row there has nulls here:
-- never analysed, or not to be read by this role.
-- $1 index_oids text[]: the indexes.
-- Reads.
select
  i.indexrelid::text as index_oid,
  ia.attnum::int as place,
  ia.attnum <= i.indnkeyatts as is_key,
  (i.indkey::int2[])[ia.attnum - 1] = 0 as is_expression,
  ia.attlen::int as fixed_bytes,
  case ia.attalign when 'c' then 1 when 's' then 2 when 'i' then 4 else 8 end as alignment_bytes,
  s.avg_width::int as average_bytes,
  s.null_frac::text as null_fraction,
  s.n_distinct::text as distinct_values,
  coalesce(p.amproc is not null and (o.oid is null or o.collisdeterministic), false) as is_stored_once,
  coalesce(
    (select r.option_value from pg_catalog.pg_options_to_table(c.reloptions) as r where r.option_name = 'deduplicate_items'),
    'on'
  )::boolean as deduplicates
from pg_catalog.unnest($1::text[]) as wanted(index_oid)
  join pg_catalog.pg_index as i on i.indexrelid = wanted.index_oid::oid
  join pg_catalog.pg_class as c on c.oid = i.indexrelid
  join pg_catalog.pg_class as t on t.oid = i.indrelid
  join pg_catalog.pg_namespace as n on n.oid = t.relnamespace
  join pg_catalog.pg_attribute as ia on ia.attrelid = i.indexrelid
  left join pg_catalog.pg_attribute as ta on ta.attrelid = i.indrelid and ta.attnum = (i.indkey::int2[])[ia.attnum - 1] and ta.attnum <> 0
  left join pg_catalog.pg_stats as s on s.schemaname = n.nspname
    and s.tablename = case when ta.attnum is null then c.relname else t.relname end
    and s.attname = coalesce(ta.attname, ia.attname)
    and not s.inherited
  left join pg_catalog.pg_opclass as oc on oc.oid = (i.indclass::oid[])[ia.attnum - 1] and ia.attnum <= i.indnkeyatts
  left join pg_catalog.pg_amproc as p on p.amprocfamily = oc.opcfamily
    and p.amproclefttype = oc.opcintype
    and p.amprocrighttype = oc.opcintype
    and p.amprocnum = 4
  left join pg_catalog.pg_collation as o on o.oid = ia.attcollation
order by i.indexrelid, ia.attnum;
