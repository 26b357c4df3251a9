-- Whether a table has the row with this primary key: an index look-up, sent for every table of the catalog in one round trip. The label
-- is the first telling column the row has, whatever the table.
-- :"schema", :"table", :"key", :"key_type": from the catalog.
-- $1 id text: the key.
-- $2 most int: at most so many.
-- $3 tenant_ids text[]: only rows of this tenant (its UUID and slug), and its own row; null for all.
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
where t.:"key" = $1::text::pg_catalog.:"key_type"
  and ($3::text[] is null or j.document ->> 'tenant_id' = any ($3::text[]) or t.:"key"::text = any ($3::text[]))
limit $2::int;
