-- Whether an index is there and usable, by the name a migration gives it: one that was built concurrently and did not finish is there, and
-- of no use.
-- $1 name text: as to_regclass takes it, quoted where it needs to be.
-- Reads.
select i.indisvalid as is_valid
from pg_catalog.pg_index as i
where i.indexrelid = pg_catalog.to_regclass($1::text);
