-- Ends a process of ours that lost us, and tells whether it is still there: no row when it is gone. Asked for until then.
-- $1 backend_pid int: the process.
-- $2 began_at text: when it began, in seconds since the epoch, as limit-session told; its number may be somebody else's by now.
-- Reads (signals one backend of our own role).
select pg_catalog.pg_terminate_backend(a.pid) as is_told
from pg_catalog.pg_stat_activity as a
where a.pid = $1::int
  and pg_catalog.date_part('epoch', a.backend_start)::text = $2::text;
