-- Which of the folder's migrations left their tables, views and sequences behind: those of some schemas, their row-level security, and
-- the parents of partitions. Every list-facts statement gives the same row, so that what is there and what should be are compared in one way.
-- $1 schemas text[]: schemas that the migrations name.
-- Reads.
select k.kind, n.nspname::text as schema_name, c.relname::text as object_name, ''::text as part, k.value
from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  left join pg_catalog.pg_inherits as h on h.inhrelid = c.oid and c.relispartition
  left join pg_catalog.pg_class as p on p.oid = h.inhparent
  left join pg_catalog.pg_namespace as pn on pn.oid = p.relnamespace
  cross join lateral (
    values
      (
        'relation',
        case c.relkind
          when 'v' then 'view'
          when 'm' then 'materialized view'
          when 'S' then 'sequence'
          when 'f' then 'foreign table'
          when 'c' then null
          else 'table'
        end
      ),
      ('row-security', case when c.relrowsecurity then 'on' end),
      ('forced-row-security', case when c.relforcerowsecurity then 'on' end),
      ('partition', pn.nspname || '.' || p.relname)
  ) as k(kind, value)
where n.nspname = any ($1::text[])
  and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
  and k.value is not null
order by n.nspname, c.relname, k.kind;
