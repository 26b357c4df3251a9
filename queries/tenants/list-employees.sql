-- A tenant's employees for the card: who to write to. Administrators first.
-- :"tenant_type": the type of employees.tenant_id, from the catalog.
-- $1 tenant_ids text[]: the tenant's UUID, and its slug where the column is text.
-- $2 most int: at most so many.
-- Reads.
select
  e.id::text as id,
  nullif(concat_ws(' ', e.first_name, e.last_name), '')::text as name,
  e.email::text as email,
  e.role::text as role,
  e.status::text as status
from (
  select
    null::text as first_name, null::text as last_name, null::text as email, null::text as role, null::text as status
) as absent
  cross join lateral (
    select id, first_name, last_name, email, role, status
    from public.employees
    where tenant_id = any ($1::text[]::pg_catalog.:"tenant_type"[])
  ) as e
order by e.role ilike '%admin%' desc nulls last, lower(e.last_name), lower(e.first_name), e.id
limit $2::int;
