-- When somebody of the tenant last did something: the newest of its activities. A time limit guards the largest tenants.
-- :"tenant_type": the type of activities.tenant_id, from the catalog.
-- $1 tenant_ids text[]: the tenant's UUID, and its slug where the column is text.
-- Reads.
select max(greatest(a.created_at, a.updated_at, a.created_date, a.updated_date))::text as at
from (
  select
    null::timestamptz as created_at, null::timestamptz as updated_at, null::timestamptz as created_date, null::timestamptz as updated_date
) as absent
  cross join lateral (
    select created_at, updated_at, created_date, updated_date
    from public.activities
    where tenant_id = any ($1::text[]::pg_catalog.:"tenant_type"[])
  ) as a;
