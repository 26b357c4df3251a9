-- Takes the lock by which consoles work on a table one at a time, and tells who else works on it in a way that ours would have to wait for. Asked
-- for again and again, instead of waiting in the server's queue: REINDEX waits there with a snapshot, for which in turn the index build that it
-- waits for waits, and the server ends one of the two as a deadlock. The session gives the lock back with its end, or with release-table;
-- asked again by whoever has it, it is not taken twice.
-- $1 table_oid text: the table; with its partitions.
-- Reads (takes an advisory lock of this session).
with tables as materialized (
  select $1::text::oid as oid
  union
  select p.relid::oid from pg_catalog.pg_partition_tree($1::text::oid::pg_catalog.regclass) as p
),
working as (
  select k.pid
  from pg_catalog.pg_locks as k
  where k.pid <> pg_catalog.pg_backend_pid()
    and k.granted
    -- Which gives way to what waits in the server's queue.
    and not exists (select from pg_catalog.pg_stat_activity as o where o.pid = k.pid and o.backend_type = 'autovacuum worker')
    and k.database = (select d.oid from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database())
    and (
      (
        k.locktype = 'relation'
        and k.relation in (select t.oid from tables as t)
        and k.mode in ('ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
      )
      or (k.locktype = 'advisory' and k.classid = 1634300777 and k.objid = $1::text::oid)
    )
)
select
  taken.is_taken,
  -- Passage: who holds a lock.
  w.pid as blocker_pid,
  b.usename::text as blocker_role,
  b.application_name::text as blocker_application,
  b.state::text as blocker_state,
  pg_catalog.left(b.query, 200)::text as blocker_query,
  pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - b.query_start)::text as blocker_query_age_seconds,
  pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - b.xact_start)::text as blocker_transaction_age_seconds
  -- End of the passage.
from (
    select case
      when exists (
        select
        from pg_catalog.pg_locks as o
        where o.pid = pg_catalog.pg_backend_pid()
          and o.locktype = 'advisory'
          and o.classid = 1634300777
          and o.objid = $1::text::oid
      ) then true
      else pg_catalog.pg_try_advisory_lock(1634300777, $1::text::bigint::bit(32)::int)
    end as is_taken
    offset 0
  ) as taken
  left join (select distinct v.pid from working as v) as w on true
  left join pg_catalog.pg_stat_activity as b on b.pid = w.pid
order by w.pid;
