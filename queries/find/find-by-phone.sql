-- Rows where a telephone column has the typed digits in a row, however either is punctuated: for tables small enough to be read through.
-- :"schema", :"table", :"key", :"column": from the catalog; the column is text of some kind.
-- $1 digits text: digits only, without a leading zero.
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
  t.:"column"::text as matched
from :"schema".:"table" as t
  cross join lateral (select to_jsonb(t) as document) as j
where regexp_replace(t.:"column", '[^0-9]', '', 'g') like '%' || $1::text || '%'
  and ($3::text[] is null or j.document ->> 'tenant_id' = any ($3::text[]) or t.:"key"::text = any ($3::text[]))
order by t.:"key"
limit $2::int;
