-- What a process of ours is doing, as far as the server tells, and who keeps it waiting; one row, or one for each session in its way.
-- `done` and `total` count what `unit` says of the phase at hand; totals are estimates. PostgreSQL 17 and later count a vacuum's indexes.
-- $1 backend_pid int: the process.
-- Reads.
with progress as (
  select
    p.pid,
    pg_catalog.lower(p.command) as command,
    p.phase::text as phase,
    p.index_relid as relid,
    case when p.phase like 'waiting%' then 'sessions' when p.blocks_total > 0 then 'blocks' else 'rows' end as unit,
    case when p.phase like 'waiting%' then p.lockers_done when p.blocks_total > 0 then p.blocks_done else p.tuples_done end as done,
    case when p.phase like 'waiting%' then p.lockers_total when p.blocks_total > 0 then p.blocks_total else p.tuples_total end as total,
    p.current_locker_pid as locker_pid
  from pg_catalog.pg_stat_progress_create_index as p
  union all
  select
    p.pid,
    'vacuum'::text,
    p.phase::text,
    p.relid,
    case when p.phase like '%indexes' then 'indexes' else 'blocks' end,
    case when p.phase like '%indexes' then p.indexes_processed when p.phase = 'vacuuming heap' then p.heap_blks_vacuumed else p.heap_blks_scanned end,
    case when p.phase like '%indexes' then p.indexes_total else p.heap_blks_total end,
    null
  from (select null::bigint as indexes_total, null::bigint as indexes_processed) as absent
    cross join lateral (
      select pid, phase, relid, heap_blks_total, heap_blks_scanned, heap_blks_vacuumed, indexes_total, indexes_processed
      from pg_catalog.pg_stat_progress_vacuum
    ) as p
  union all
  select p.pid, pg_catalog.lower(p.command), p.phase::text, p.relid, 'blocks', p.heap_blks_scanned, p.heap_blks_total, null
  from pg_catalog.pg_stat_progress_cluster as p
  union all
  select p.pid, 'analyze'::text, p.phase::text, p.relid, 'blocks', p.sample_blks_scanned, p.sample_blks_total, null
  from pg_catalog.pg_stat_progress_analyze as p
  union all
  select p.pid, 'copy'::text, p.type::text, p.relid, 'bytes', p.bytes_processed, p.bytes_total, null
  from pg_catalog.pg_stat_progress_copy as p
)
select
  p.command as command,
  p.phase as phase,
  c.relname::text as relation,
  p.unit as unit,
  p.done::text as done,
  p.total::text as total,
  -- Passage: who holds a lock.
  w.pid as blocker_pid,
  b.usename::text as blocker_role,
  b.application_name::text as blocker_application,
  b.state::text as blocker_state,
  pg_catalog.left(b.query, 200)::text as blocker_query,
  pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - b.query_start)::text as blocker_query_age_seconds,
  pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - b.xact_start)::text as blocker_transaction_age_seconds
  -- End of the passage.
from (select $1::int as pid) as run
  left join progress as p on p.pid = run.pid
  left join pg_catalog.pg_class as c on c.oid = p.relid
  left join lateral (
    select u.pid from pg_catalog.unnest(pg_catalog.pg_blocking_pids(run.pid)) as u(pid)
    union
    select p.locker_pid::int where p.locker_pid > 0
  ) as w on true
  left join pg_catalog.pg_stat_activity as b on b.pid = w.pid
order by p.command, w.pid;
