-- Notes how far a file that runs statement by statement has come, in the transaction of the statement where it has one: what is told here is
-- done, and nothing else is.
-- $1 migration_name text: the file's full name.
-- $2 note text: the words.
-- Only on: manual.
-- Writes.
update public.schema_migrations as m
set error_message = $2::text
where m.migration_name = $1::text
returning m.migration_name::text as name, pg_catalog.pg_current_xact_id()::text as transaction_id;
