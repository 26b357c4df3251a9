-- Every index of the schemas in view with what it is made of and what it was used for: the list, and what all checks judge. Partitioned
-- indexes and the partitions' own are both here, tied by parent_oid; the counters of a partitioned one are its partitions'.
-- Key columns are in order, an expression as its text; operator classes, collations and options are as the catalog has them, a key each.
-- Waits for nobody's lock: what a locked table would keep us waiting for is null. `last_used` is there from PostgreSQL 16 on.
-- Reads.
with locked as materialized (
  select k.relation
  from pg_catalog.pg_locks as k
  where k.locktype = 'relation'
    and k.mode = 'AccessExclusiveLock'
    and k.pid <> pg_catalog.pg_backend_pid()
    and k.database = (select d.oid from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database())
),
-- REINDEX and DROP … CONCURRENTLY hold this lock on the index they work on; every role may see it.
worked_on as materialized (
  select k.relation
  from pg_catalog.pg_locks as k
  where k.locktype = 'relation'
    and k.mode = 'ShareUpdateExclusiveLock'
    and k.database = (select d.oid from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database())
),
-- A role without pg_read_all_stats sees that others build, and null for what.
building as materialized (
  select p.index_relid, p.relid
  from pg_catalog.pg_stat_progress_create_index as p
  where p.datname = pg_catalog.current_database()
),
listed as materialized (
  select
    i.indexrelid,
    i.indrelid,
    i.indnkeyatts,
    i.indkey,
    i.indclass,
    i.indcollation,
    i.indoption,
    i.indpred,
    i.indisunique,
    i.indnullsnotdistinct,
    i.indisprimary,
    i.indisexclusion,
    i.indisclustered,
    i.indisreplident,
    i.indimmediate,
    i.indisvalid,
    i.indisready,
    i.indislive,
    n.nspname,
    c.relname as table_name,
    ic.relname as index_name,
    ic.relam,
    ic.relkind,
    ic.reltuples,
    ic.reloptions,
    h.inhparent,
    i.xmin as made_by,
    i.indrelid in (select l.relation from locked as l) or i.indexrelid in (select l.relation from locked as l) as is_locked
  from pg_catalog.pg_index as i
    join pg_catalog.pg_class as ic on ic.oid = i.indexrelid
    join pg_catalog.pg_class as c on c.oid = i.indrelid
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    left join pg_catalog.pg_inherits as h on h.inhrelid = i.indexrelid
  where c.relkind in ('r', 'p', 'm')
    and n.nspname !~ '^(pg_|supabase_|graphql|pgsodium|_)'
    and n.nspname <> all (array['information_schema', 'extensions', 'storage', 'realtime', 'vault', 'pgbouncer', 'net', 'cron'])
)
select
  i.indexrelid::text as oid,
  i.indrelid::text as table_oid,
  i.inhparent::text as parent_oid,
  i.nspname::text as schema_name,
  i.table_name::text as table_name,
  i.index_name::text as index_name,
  m.amname::text as method,
  case when not i.is_locked then pg_catalog.pg_get_indexdef(i.indexrelid) end as definition,
  k.key_columns,
  k.included_columns,
  i.indkey::text as key_numbers,
  k.operator_classes,
  i.indclass::text as operator_class_oids,
  i.indcollation::text as collation_oids,
  i.indoption::text as key_options,
  k.operator_class_options,
  k.other_collation_columns,
  case when not i.is_locked then pg_catalog.pg_get_expr(i.indpred, i.indrelid) end as predicate,
  i.indpred is not null as is_partial,
  case when not i.is_locked then pg_catalog.pg_relation_size(i.indexrelid) end::text as index_bytes,
  i.reltuples::text as estimated_entries,
  (select o.option_value from pg_catalog.pg_options_to_table(i.reloptions) as o where o.option_name = 'fillfactor')::text as fill_factor,
  coalesce(s.idx_scan, 0)::text as scans,
  coalesce(s.idx_tup_read, 0)::text as entries_read,
  coalesce(s.idx_tup_fetch, 0)::text as rows_fetched,
  s.last_idx_scan::text as last_used,
  i.indisunique as is_unique,
  i.indnullsnotdistinct as nulls_not_distinct,
  i.indisprimary as is_primary,
  i.indisexclusion as is_exclusion,
  i.indisclustered as is_clustered,
  i.indisreplident as is_replica_identity,
  i.indimmediate as is_immediate,
  i.indisvalid as is_valid,
  i.indisready as is_ready,
  i.indislive as is_live,
  i.relkind = 'I' as is_partitioned,
  i.indexrelid in (select b.index_relid from building as b where b.index_relid is not null)
    or i.indexrelid in (select w.relation from worked_on as w)
    or (i.index_name ~ '_cc(new|old)[0-9]*$' and i.indrelid in (select b.relid from building as b where b.relid is not null)) as is_being_built,
  exists (select from building as b where b.relid is null) as are_builds_hidden,
  o.conname::text as constraint_name,
  o.contype::text as constraint_kind,
  case
    when pg_catalog.current_setting('track_commit_timestamp')::boolean
      then pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - pg_catalog.pg_xact_commit_timestamp(i.made_by))
  end::text as changed_age_seconds
from (select null::timestamptz as last_idx_scan) as absent
  cross join listed as i
  join pg_catalog.pg_am as m on m.oid = i.relam
  cross join lateral (
    select
      pg_catalog.array_agg(
        case
          when k.attnum <> 0 then a.attname::text
          when i.is_locked then ''
          else pg_catalog.pg_get_indexdef(i.indexrelid, k.place::int, false)
        end
        order by k.place
      ) filter (where k.place <= i.indnkeyatts) as key_columns,
      coalesce(pg_catalog.array_agg(a.attname::text order by k.place) filter (where k.place > i.indnkeyatts), '{}') as included_columns,
      pg_catalog.array_agg(oc.opcname::text order by k.place) filter (where k.place <= i.indnkeyatts) as operator_classes,
      coalesce(
        pg_catalog.array_agg(a.attname::text order by k.place)
          filter (where k.place <= i.indnkeyatts and (i.indcollation::oid[])[k.place - 1] <> a.attcollation),
        '{}'
      ) as other_collation_columns,
      pg_catalog.string_agg(k.place || ia.attoptions::text, ' ' order by k.place) as operator_class_options
    from pg_catalog.unnest(i.indkey::int2[]) with ordinality as k(attnum, place)
      left join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.attnum and k.attnum <> 0
      left join pg_catalog.pg_attribute as ia on ia.attrelid = i.indexrelid and ia.attnum = k.place
      left join pg_catalog.pg_opclass as oc on oc.oid = (i.indclass::oid[])[k.place - 1]
  ) as k
  left join pg_catalog.pg_constraint as o on o.conindid = i.indexrelid and o.contype in ('p', 'u', 'x')
  left join lateral (
    select indexrelid, idx_scan, idx_tup_read, idx_tup_fetch, last_idx_scan
    from pg_catalog.pg_stat_all_indexes
  ) as s on s.indexrelid = i.indexrelid
order by i.nspname, i.table_name, i.index_name;
