-- Which modules are switched on for a tenant.
-- :"tenant_type": the type of modulesettings.tenant_id, from the catalog.
-- $1 tenant_ids text[]: the tenant's UUID, and its slug where the column is text.
-- $2 most int: at most so many.
-- Reads.
select
  coalesce(m.module_name, m.module, m.name)::text as module,
  coalesce(m.is_enabled, m.enabled, m.is_active)::boolean as is_enabled
from (
  select
    null::text as module_name, null::text as module, null::text as name,
    null::boolean as is_enabled, null::boolean as enabled, null::boolean as is_active
) as absent
  cross join lateral (
    select module_name, module, name, is_enabled, enabled, is_active
    from public.modulesettings
    where tenant_id = any ($1::text[]::pg_catalog.:"tenant_type"[])
  ) as m
order by module nulls last
limit $2::int;
