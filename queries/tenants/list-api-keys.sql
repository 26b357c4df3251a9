-- A tenant's API keys, without the keys: the hash never leaves the server, the prefix is what a customer can read out.
-- :"tenant_type": the type of api_key.tenant_id, from the catalog.
-- $1 tenant_ids text[]: the tenant's UUID, and its slug where the column is text.
-- $2 most int: at most so many.
-- Reads.
select
  k.id::text as id,
  coalesce(k.name, k.key_name)::text as name,
  k.key_prefix::text as key_prefix,
  k.is_active::boolean as is_active,
  coalesce(k.last_used_at, k.last_used)::text as last_used_at,
  k.expires_at::text as expires_at
from (
  select
    null::text as name, null::text as key_name, null::text as key_prefix, null::boolean as is_active,
    null::timestamptz as last_used_at, null::timestamptz as last_used, null::timestamptz as expires_at
) as absent
  cross join lateral (
    select id, name, key_name, key_prefix, is_active, last_used_at, last_used, expires_at
    from public.api_key
    where tenant_id = any ($1::text[]::pg_catalog.:"tenant_type"[])
  ) as k
order by k.is_active desc nulls last, name nulls last, k.id
limit $2::int;
