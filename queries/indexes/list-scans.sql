-- How often each index was used, and nothing else: on a standby, whose own counters are added to the primary's by oid, and again and again
-- while the list is open, for what changed since. `last_used` is there from PostgreSQL 16 on.
-- Reads.
select
  s.indexrelid::text as index_oid,
  s.idx_scan::text as scans,
  s.idx_tup_read::text as entries_read,
  s.idx_tup_fetch::text as rows_fetched,
  s.last_idx_scan::text as last_used
from (select null::timestamptz as last_idx_scan) as absent
  cross join lateral (
    select indexrelid, schemaname, idx_scan, idx_tup_read, idx_tup_fetch, last_idx_scan
    from pg_catalog.pg_stat_all_indexes
  ) as s
where s.schemaname !~ '^(pg_|supabase_|graphql|pgsodium|_)'
  and s.schemaname <> all (array['information_schema', 'extensions', 'storage', 'realtime', 'vault', 'pgbouncer', 'net', 'cron'])
order by s.indexrelid;
