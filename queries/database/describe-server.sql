-- Who and where we are, asked once at connect: refuses old servers, fills the header, warns when row-level security hides rows.
-- Reads.
select
  current_setting('server_version_num')::int as version_number,
  current_setting('server_version') as version,
  pg_catalog.current_database()::text as database_name,
  current_user::text as role_name,
  r.rolsuper as is_superuser,
  r.rolbypassrls as bypasses_row_security,
  pg_catalog.pg_backend_pid() as backend_pid,
  pg_catalog.pg_is_in_recovery() as is_standby,
  coalesce(s.ssl, false) as uses_tls,
  s.version::text as tls_version,
  pg_catalog.clock_timestamp()::text as server_time
from pg_catalog.pg_roles as r
  left join pg_catalog.pg_stat_ssl as s on s.pid = pg_catalog.pg_backend_pid()
where r.rolname = current_user;
