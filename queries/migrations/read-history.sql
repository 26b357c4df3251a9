-- What the history of migrations records (manual 4.5). Tables of other makers lack columns, the checksum most of all: see queries/README.md.
-- A time that is no number of milliseconds a run could take is cut to the most there is.
-- Only on: manual.
-- Reads.
select
  m.migration_name::text as migration_name,
  m.applied_at::text as applied_at,
  m.applied_by::text as applied_by,
  case when m.execution_time_ms::bigint > 2147483647 then 2147483647 else m.execution_time_ms::int end as execution_time_ms,
  m.success::boolean as success,
  m.error_message::text as error_message,
  m.checksum::text as checksum
from
  (
    select
      null::text as applied_at,
      null::text as applied_by,
      null::int as execution_time_ms,
      true as success,
      null::text as error_message,
      null::text as checksum
  ) as absent
  cross join lateral (
    select migration_name, applied_at, applied_by, execution_time_ms, success, error_message, checksum
    from public.schema_migrations
  ) as m
order by m.migration_name;
