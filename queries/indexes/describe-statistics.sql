-- Since when the counters count, and which extensions can say more. The reset's time is null where nobody has reset them, and after a crash,
-- which sets them to nothing too: then only the server's start is sure. An extension's schema is null where it is not installed.
-- Whether pgstattuple could be installed is told too, since bloat can not be measured without it.
-- Reads.
select
  s.stats_reset::text as reset_at,
  pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - s.stats_reset)::text as reset_age_seconds,
  pg_catalog.pg_postmaster_start_time()::text as started_at,
  pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - pg_catalog.pg_postmaster_start_time())::text as start_age_seconds,
  pg_catalog.current_setting('track_counts')::boolean as counts_are_kept,
  pg_catalog.current_setting('server_version_num')::int as version_number,
  pg_catalog.pg_is_in_recovery() as is_standby,
  s.datid::text as database_oid,
  sn.nspname::text as statements_schema,
  tn.nspname::text as tuples_schema,
  exists (
    select from pg_catalog.pg_available_extensions as a where a.name = 'pgstattuple'
  ) as tuples_are_available
from pg_catalog.pg_stat_database as s
  left join pg_catalog.pg_extension as se on se.extname = 'pg_stat_statements'
  left join pg_catalog.pg_namespace as sn on sn.oid = se.extnamespace
  left join pg_catalog.pg_extension as te on te.extname = 'pgstattuple'
  left join pg_catalog.pg_namespace as tn on tn.oid = te.extnamespace
where s.datname = pg_catalog.current_database();
