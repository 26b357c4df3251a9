-- The statements that took most time on this database, with how often they ran, for the indexes that they could use or do use. Constants are
-- `$n` in their text; `all_ms` is of all such statements together, those beyond the limit too. A role without pg_read_all_stats does not see the text of others' statements: `is_hidden`.
-- :"schema" is where pg_stat_statements is installed.
-- $1 most int: at most so many.
-- Reads.
select
  s.query::text as text,
  pg_catalog.sum(s.calls)::text as calls,
  pg_catalog.sum(s.total_exec_time)::text as total_ms,
  pg_catalog.sum(pg_catalog.sum(s.total_exec_time)) over ()::text as all_ms,
  pg_catalog.sum(s.rows)::text as rows,
  pg_catalog.bool_and(s.userid = (select r.oid from pg_catalog.pg_roles as r where r.rolname = current_user)) as is_own,
  s.queryid is null or s.query = '<insufficient privilege>' as is_hidden
from :"schema".pg_stat_statements as s
where s.dbid = (select d.oid from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database())
  and (s.queryid is null or s.query ~* '^[\s(]*(/\*.*\*/|--[^\n]*\n)?[\s(]*(select|with|update|delete|insert|merge|<insufficient)')
  and s.query !~* 'pg_catalog\.|information_schema\.'
group by s.query, s.queryid is null
order by pg_catalog.sum(s.total_exec_time) desc, s.query
limit $1::int;
