-- What interrupted REINDEX CONCURRENTLY left behind: invalid indexes named _ccnew (the new one, unfinished) or _ccold (the old one, replaced),
-- those of TOAST tables too, which no list of indexes shows. Whether somebody works on one now is told by the lock held on it.
-- Reads.
with locks as materialized (
  -- Passage: the locks that others hold.
  select k.relation, k.mode
  from pg_catalog.pg_locks as k
  where k.locktype = 'relation'
    and k.pid <> pg_catalog.pg_backend_pid()
    and k.granted
    and k.database = (select d.oid from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database())
  -- End of the passage.
),
locked as materialized (
  select l.relation from locks as l where l.mode = 'AccessExclusiveLock'
),
worked_on as materialized (
  select l.relation from locks as l where l.mode = 'ShareUpdateExclusiveLock'
)
select
  x.oid::text as oid,
  xn.nspname::text as schema_name,
  x.relname::text as name,
  coalesce(m.oid, t.oid)::text as table_oid,
  tn.nspname::text as table_schema,
  coalesce(m.relname, t.relname)::text as table_name,
  pg_catalog.pg_get_userbyid(x.relowner)::text as owner,
  pg_catalog.pg_has_role(x.relowner, 'usage') as is_owner,
  case
    when x.oid not in (select l.relation from locked as l) and t.oid not in (select l.relation from locked as l)
      then pg_catalog.pg_relation_size(x.oid)
  end::text as index_bytes,
  x.oid in (select l.relation from worked_on as l) as is_worked_on
from pg_catalog.pg_index as i
  join pg_catalog.pg_class as x on x.oid = i.indexrelid
  join pg_catalog.pg_namespace as xn on xn.oid = x.relnamespace
  join pg_catalog.pg_class as t on t.oid = i.indrelid
  left join pg_catalog.pg_class as m on m.reltoastrelid = t.oid
  join pg_catalog.pg_namespace as tn on tn.oid = coalesce(m.relnamespace, t.relnamespace)
where not i.indisvalid
  and x.relkind = 'i'
  and x.relname ~ '_cc(new|old)[0-9]*$'
order by xn.nspname, x.relname;
