-- Gives a history made from the manual the column that tells later whether a file was edited; no row is rewritten.
-- Only on: manual.
-- Writes.
alter table public.schema_migrations add column if not exists checksum text;
