-- The statuses and plans in use with how many tenants have each, for the filter menus; asked only when a menu opens.
-- Reads.
select
  f.facet,
  f.value,
  count(*)::int as tenants
from (select null::text as status, null::text as plan, null::text as subscription_tier) as absent
  cross join lateral (select status, plan, subscription_tier from public.tenant) as t
  cross join lateral (values ('status', t.status::text), ('plan', coalesce(t.plan, t.subscription_tier)::text)) as f(facet, value)
where f.value is not null
group by f.facet, f.value
order by f.facet, tenants desc, f.value;
