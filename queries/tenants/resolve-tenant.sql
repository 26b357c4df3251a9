-- Which tenants a text may mean: by id, by slug, by name, best kind first; more than one of the best kind is ambiguous.
-- $1 id text: a whole UUID, or null.
-- $2 text text: what was typed, matched against slug and name, case aside.
-- $3 pattern text: `%part%` for a name or slug that merely contains it, escaped for like.
-- $4 id_from text, $5 id_to text: the range of ids with the typed first characters, or null.
-- $6 most int: candidates at most.
-- Reads.
select
  t.id::text as id,
  coalesce(t.name, '')::text as name,
  coalesce(t.slug, t.tenant_id)::text as slug,
  k.kind
from (select null::text as slug, null::text as tenant_id) as absent
  cross join lateral (select id, name, slug, tenant_id from public.tenant) as t
  cross join lateral (
    select
      case
        when t.id = $1::text::uuid then 'id'
        when lower(coalesce(t.slug, t.tenant_id)) = lower($2::text) then 'slug'
        when lower(t.name) = lower($2::text) then 'name'
        when t.id between $4::text::uuid and $5::text::uuid then 'id-prefix'
        when t.name ilike $3::text or coalesce(t.slug, t.tenant_id) ilike $3::text then 'part'
      end as kind
  ) as k
where k.kind is not null
order by array_position(array['id', 'slug', 'name', 'id-prefix', 'part'], k.kind), lower(t.name), t.id
limit $6::int;
