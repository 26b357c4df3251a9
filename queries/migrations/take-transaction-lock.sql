-- The same lock for one transaction, which is all that lasts behind a transaction pooler.
-- Reads (takes an advisory lock, aish and migr in ASCII).
select pg_catalog.pg_try_advisory_xact_lock(1634300776, 1835624306) as is_taken, pg_catalog.pg_backend_pid() as backend_pid;
