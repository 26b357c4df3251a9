-- How many tenants a search and its filters match, counted no further than the cap: 10,001 reads as "10,000+".
-- $1 pattern text, $2 id_from text, $3 id_to text, $4 status text, $5 plan text: as in list-tenants.
-- $6 cap int: stop counting here.
-- Reads.
select count(*)::int as rows
from (
  select 1
  from (select null::text as slug, null::text as tenant_id, null::text as status, null::text as plan, null::text as subscription_tier) as absent
    cross join lateral (
      select id, name, slug, tenant_id, status, plan, subscription_tier
      from public.tenant
    ) as t
  -- Passage: the search of tenants.
  where ($1::text is null
      or t.name ilike $1::text
      or t.slug ilike $1::text
      or t.tenant_id ilike $1::text
      or t.id between $2::text::uuid and $3::text::uuid)
    and ($4::text is null or lower(t.status) = lower($4::text))
    and ($5::text is null or lower(coalesce(t.plan, t.subscription_tier)) = lower($5::text))
  -- End of the passage.
  limit $6::int
) as matching;
