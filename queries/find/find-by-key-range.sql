-- Rows whose primary key starts with the typed characters: a range of the key's own index.
-- :"schema", :"table", :"key": from the catalog; the key is a uuid.
-- $1 id_from text, $2 id_to text: lowest and highest UUID with those characters.
-- $3 most int: at most so many.
-- $4 tenant_ids text[]: only rows of this tenant (its UUID and slug), and its own row; null for all.
-- Reads.
select
  -- Passage: what a found row is called.
  t.:"key"::text as id,
  j.document ->> 'tenant_id' as tenant_id,
  left(coalesce(
    j.document ->> 'name', nullif(concat_ws(' ', j.document ->> 'first_name', j.document ->> 'last_name'), ''), j.document ->> 'title',
    j.document ->> 'subject', j.document ->> 'email', j.document ->> 'module_name', j.document ->> 'action', ''
  ), 200) as label,
  -- End of the passage.
  null::text as matched
from :"schema".:"table" as t
  cross join lateral (select to_jsonb(t) as document) as j
where t.:"key" between $1::text::uuid and $2::text::uuid
  and ($4::text[] is null or j.document ->> 'tenant_id' = any ($4::text[]) or t.:"key"::text = any ($4::text[]))
order by t.:"key"
limit $3::int;
