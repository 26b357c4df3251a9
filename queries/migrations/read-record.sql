-- The row of one migration, whether or not the history has a checksum column; see queries/README.md.
-- $1 migration_name text: the file's full name.
-- Only on: manual.
-- Reads.
select m.applied_at::text as applied_at, m.applied_by::text as applied_by, m.success as success, m.error_message::text as error_message
from public.schema_migrations as m
where m.migration_name = $1::text;
