-- Who holds the lock under which migrations run: while this names a process, what it runs is running.
-- Reads.
select
  l.pid as backend_pid,
  a.usename::text as role_name,
  a.application_name::text as application_name,
  pg_catalog.host(a.client_addr) as client_address,
  a.backend_start::text as connected_at
from pg_catalog.pg_locks as l
  left join pg_catalog.pg_stat_activity as a on a.pid = l.pid
where l.locktype = 'advisory'
  and l.database = (select d.oid from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database())
  and l.classid = 1634300776
  and l.objid = 1835624306
  and l.granted
order by l.pid;
