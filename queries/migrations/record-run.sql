-- Writes what became of a migration into its row of the history, over what stood there: a name has one row. A column that the history may
-- lack is not among these; its checksum is written beside it.
-- $1 migration_name text: the file's full name.
-- $2 applied_at text: when, or null for now.
-- $3 applied_by text: who.
-- $4 execution_time_ms int: milliseconds; null where nothing was run.
-- $5 success boolean: whether it is in force.
-- $6 error_message text: what else is to be said of it, in words that are read again; null for a plain success.
-- Only on: manual.
-- Writes.
insert into public.schema_migrations as m (migration_name, applied_at, applied_by, execution_time_ms, success, error_message)
values ($1::text, coalesce($2::text::timestamptz, clock_timestamp()), $3::text, $4::int, $5::boolean, $6::text)
on conflict (migration_name) do update set
  applied_at = excluded.applied_at,
  applied_by = excluded.applied_by,
  execution_time_ms = excluded.execution_time_ms,
  success = excluded.success,
  error_message = excluded.error_message
returning m.migration_name::text as name, m.applied_at::text as applied_at, pg_catalog.pg_current_xact_id()::text as transaction_id;
