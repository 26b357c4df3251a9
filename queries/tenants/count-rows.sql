-- How many rows of one table belong to a tenant, counted no further than the cap. The table comes from the catalog; the ids are the
-- tenant's UUID and, where the column is text, its legacy slug.
-- :"schema", :"table", :"tenant_column", :"tenant_type": from the catalog.
-- $1 tenant_ids text[]: cast to the column's own type, so that its index serves.
-- $2 cap int: stop counting here.
-- Reads.
select count(*)::int as rows
from (
  select 1
  from :"schema".:"table" as t
  where t.:"tenant_column" = any ($1::text[]::pg_catalog.:"tenant_type"[])
  limit $2::int
) as counted;
