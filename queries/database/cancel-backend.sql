-- Stops a statement of ours that nobody waits for any more; sent on a second connection, since the first is busy.
-- $1 backend_pid int: the backend that runs it, as it told us itself (a pooler's own process number would name another session).
-- Reads (signals one backend of our own role).
select pg_catalog.pg_cancel_backend($1::int) as cancelled;
