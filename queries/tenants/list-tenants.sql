-- One page of tenants, searched, filtered and sorted, for the list and its headless twin. Pages are keysets: the next one starts
-- behind the last row's (sort_key, id), so that rows that come and go in between neither repeat nor vanish.
-- The parameters are known when the plan is made, so every `case` over them folds away.
-- $1 pattern text: `%part%` for name or slug, escaped for like; null for all.
-- $2 id_from text, $3 id_to text: lowest and highest id with the typed first characters; null where the text is no such prefix.
-- $4 status text, $5 plan text: exact, case aside; null for all.
-- $6 sort text: name | created | updated.
-- $7 descending boolean: the direction of this page (a page backwards asks for the other direction and is turned round).
-- $8 after_key text, $9 after_id text: start behind this row; null for the first page.
-- $10 page_rows int: at most so many.
-- Reads.
select
  p.id,
  p.name,
  p.slug,
  p.status,
  p.plan,
  p.created_at,
  p.updated_at,
  p.sort_key
from (
  select
    t.id::text as id,
    coalesce(t.name, '')::text as name,
    coalesce(t.slug, t.tenant_id)::text as slug,
    t.status::text as status,
    coalesce(t.plan, t.subscription_tier)::text as plan,
    t.created_at::text as created_at,
    t.updated_at::text as updated_at,
    case $6::text
      when 'created' then coalesce(to_char(t.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), '')
      when 'updated' then coalesce(to_char(t.updated_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), '')
      else lower(coalesce(t.name, ''))
    end as sort_key
  from (
    select
      null::text as slug, null::text as tenant_id, null::text as status, null::text as plan, null::text as subscription_tier,
      null::timestamptz as created_at, null::timestamptz as updated_at
  ) as absent
    cross join lateral (
      select id, name, slug, tenant_id, status, plan, subscription_tier, created_at, updated_at
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
) as p
where $9::text is null
  or ($7::boolean and (p.sort_key, p.id) < ($8::text, $9::text))
  or (not $7::boolean and (p.sort_key, p.id) > ($8::text, $9::text))
order by
  case when $7::boolean then p.sort_key end desc,
  case when $7::boolean then p.id end desc,
  case when not $7::boolean then p.sort_key end,
  case when not $7::boolean then p.id end
limit $10::int;
