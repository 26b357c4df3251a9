-- What a running migration is doing, as far as the server tells, and who keeps it waiting; one row, or one for each session in its way.
-- $1 backend_pid int: the process that runs it.
-- Reads.
with progress as (
  select p.pid, 'create index'::text as command, p.phase::text as phase, p.blocks_done as done, p.blocks_total as total
  from pg_catalog.pg_stat_progress_create_index as p
  union all
  select p.pid, 'vacuum'::text, p.phase::text, p.heap_blks_scanned, p.heap_blks_total
  from pg_catalog.pg_stat_progress_vacuum as p
  union all
  select p.pid, p.command::text, p.phase::text, p.heap_blks_scanned, p.heap_blks_total
  from pg_catalog.pg_stat_progress_cluster as p
  union all
  select p.pid, 'analyze'::text, p.phase::text, p.sample_blks_scanned, p.sample_blks_total
  from pg_catalog.pg_stat_progress_analyze as p
  union all
  select p.pid, 'copy'::text, p.type::text, p.bytes_processed, p.bytes_total
  from pg_catalog.pg_stat_progress_copy as p
)
select
  p.command as command,
  p.phase as phase,
  p.done::text as done,
  p.total::text as total,
  b.pid as blocker_pid,
  b.usename::text as blocker_role,
  b.application_name::text as blocker_application,
  b.state::text as blocker_state,
  pg_catalog.left(b.query, 200)::text as blocker_query
from (select $1::int as pid) as run
  left join progress as p on p.pid = run.pid
  left join lateral pg_catalog.unnest(pg_catalog.pg_blocking_pids(run.pid)) as w(pid) on true
  left join pg_catalog.pg_stat_activity as b on b.pid = w.pid
order by p.command, b.pid;
