-- The tenants behind the ids or legacy slugs that rows carry, so that a row can name its tenant; index look-ups on both.
-- $1 ids text[]: UUIDs as text, or slugs.
-- Reads.
select
  t.id::text as id,
  coalesce(t.slug, t.tenant_id)::text as slug,
  coalesce(t.name, '')::text as name
from (select null::text as slug, null::text as tenant_id) as absent
  cross join lateral (select id, slug, tenant_id, name from public.tenant) as t
where t.id = any (array(
    select wanted.id::uuid
    from unnest($1::text[]) as wanted(id)
    where wanted.id ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
  ))
  or t.slug = any ($1::text[])
  or t.tenant_id = any ($1::text[])
order by t.id;
