-- Names whose meaning decides what a statement costs: functions that give another value for every row, domains (with the type below them, and
-- whether they check it), the time zone in which timestamps would be changed, and the server's version.
-- Reads.
select 'volatile function'::text as kind, f.proname::text as name, ''::text as value
from pg_catalog.pg_proc as f
where f.provolatile = 'v'
  and f.prokind = 'f'
union
select case when exists (select 1 from pg_catalog.pg_constraint as o where o.contypid = t.oid) or t.typnotnull then 'checking domain' else 'domain' end,
  t.typname::text, pg_catalog.format_type(t.typbasetype, t.typtypmod)
from pg_catalog.pg_type as t
where t.typtype = 'd'
union
select 'time zone', pg_catalog.current_setting('TimeZone'), ''
union
select 'server version', pg_catalog.current_setting('server_version_num'), ''
order by kind, name, value;
