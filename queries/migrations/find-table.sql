-- The table that a statement works on by the name that a migration gives it, of an index the table that has it; and how long the session waits for
-- locks now, in milliseconds. No row where there is none of the name.
-- $1 name text: as to_regclass takes it, quoted where it needs to be.
-- Reads.
select
  coalesce(i.indrelid, c.oid)::text as table_oid,
  (select s.setting from pg_catalog.pg_settings as s where s.name = 'lock_timeout') as lock_timeout_ms
from pg_catalog.pg_class as c
  left join pg_catalog.pg_index as i on i.indexrelid = c.oid
where c.oid = pg_catalog.to_regclass($1::text);
