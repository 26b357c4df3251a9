-- The history of migrations as manual 4.5 has it (option 2), with a checksum that tells later whether a file was edited.
-- Only on: production.
-- Writes.
create table public.schema_migrations (
  id serial primary key,
  migration_name varchar(255) unique not null,
  applied_at timestamptz default now(),
  applied_by varchar(255),
  execution_time_ms integer,
  success boolean default true,
  error_message text,
  checksum text
);
