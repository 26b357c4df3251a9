-- What may still write with a time that is past: the floor of the next poll, and who holds the horizon back. Asked in a transaction before the
-- poll's: what runs now, or starts later, is all that the poll may not see yet. Two seconds are for clocks and starts that are just being told;
-- where this role may not see when others began, and on a standby, where their transactions are not, the floor is ten minutes back.
-- Reads.
select
  (
    least(min(a.xact_start) filter (where a.datname = pg_catalog.current_database() and a.backend_type <> 'autovacuum worker'), pg_catalog.clock_timestamp())
    - case
        when pg_catalog.pg_is_in_recovery()
          or bool_or(a.datname = pg_catalog.current_database() and (a.query = '<insufficient privilege>' or a.state = 'disabled'))
        then interval '10 minutes'
        else interval '2 seconds'
      end
  )::text as floor,
  (array_agg(a.pid order by pg_catalog.age(a.backend_xid) desc) filter (where a.backend_xid is not null))[1] as oldest_pid
from pg_catalog.pg_stat_activity as a
where a.pid <> pg_catalog.pg_backend_pid();
