-- Prepared transactions of this database: they are in no list of what runs, and commit whenever somebody says so. Asked after list-running, so
-- that one that is just being prepared is in one of the two.
-- Reads.
select p.gid::text as gid
from pg_catalog.pg_prepared_xacts as p
where p.database = pg_catalog.current_database()
order by p.prepared, p.gid;
