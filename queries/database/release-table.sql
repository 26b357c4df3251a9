-- Gives the lock back by which consoles work on a table one at a time, in a session that goes on with something else.
-- $1 table_oid text: the table.
-- Reads (gives an advisory lock of this session back).
select pg_catalog.pg_advisory_unlock(1634300777, $1::text::bigint::bit(32)::int) as is_released;
