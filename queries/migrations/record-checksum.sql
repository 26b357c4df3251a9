-- Notes which text a migration had; only where the history has the column.
-- $1 migration_name text: the file's full name.
-- $2 checksum text: SHA-256 in hexadecimal digits; null where the text is not known.
-- Only on: manual.
-- Writes.
update public.schema_migrations as m
set checksum = $2::text
where m.migration_name = $1::text
returning m.migration_name::text as name;
