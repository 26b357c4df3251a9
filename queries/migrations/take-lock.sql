-- Takes the lock under which migrations run, one console at a time in a database; never waits for it, since waiting inside the server would
-- deadlock with an index that the holder builds concurrently. Lasts as long as the session.
-- Reads (takes an advisory lock, aish and migr in ASCII).
select pg_catalog.pg_try_advisory_lock(1634300776, 1835624306) as is_taken;
