-- One page of the records whose document meets a condition, in the order of their keys. The parameters are known when the plan is made: a
-- condition that is null folds away, and a GIN index on the column serves the one that is left, if it can. What is shown of a record is
-- read only for the rows of the page.
-- :"schema", :"table", :"key", :"key_type", :"column": from the catalog; the column is jsonb.
-- :"tenant_column", :"tenant_type": from the catalog; the key where rows belong to nobody.
-- $1 contains text: JSON that the document must contain (operator @>); null for any.
-- $2 has_key text: a key of the document's top level (operator ?); null for any.
-- $3 path text[], $4 path_value text: steps from the root, and the JSON that must be there exactly; null for any.
-- $5 json_path text: an SQL/JSON path. One that asks must hold (operator @@), one that leads somewhere must find something (operator @?);
-- which it is shows on an empty document, where a question alone gives one answer. Null for any.
-- $6 tenant_ids text[]: only rows of this tenant, cast to the column's own type so that its index serves; null for all.
-- $7 after text: start behind this key, or read backwards before it; null for the first page, or backwards for the last.
-- $8 page_rows int: at most so many.
-- $9 preview_characters int: how much of each document is wanted.
-- $10 by_index boolean: find all matches first, and sort them. Otherwise the planner may well read rows in the order of their keys until a
-- page is full: best where many match, and endless where it only believes so (documents over 1 kB are in no statistics). Sorting by a row
-- of the key keeps the order and takes that plan from it.
-- $11 backwards boolean: the rows before $7 that are nearest to it, or the last of all; still in the order of their keys.
-- Reads.
select
  t.:"key"::text as id,
  r.record ->> 'tenant_id' as tenant_id,
  left(coalesce(
    r.record ->> 'name', nullif(concat_ws(' ', r.record ->> 'first_name', r.record ->> 'last_name'), ''), r.record ->> 'title',
    r.record ->> 'subject', r.record ->> 'email', r.record ->> 'module_name', ''
  ), 200) as label,
  left(t.:"column"::text, $9::int) as document_start
from (
  select m.:"key" as id
  from :"schema".:"table" as m
  -- Passage: the search condition.
  where ($1::text is null or m.:"column" @> $1::text::jsonb)
    and ($2::text is null or m.:"column" ? $2::text)
    and ($3::text[] is null or m.:"column" #> $3::text[] = $4::text::jsonb)
    and ($5::text is null or case
      when pg_catalog.jsonb_path_query_array('{}'::jsonb, $5::text::jsonpath, '{}'::jsonb, true) in ('[true]', '[false]', '[null]')
        then m.:"column" @@ $5::text::jsonpath
      else m.:"column" @? $5::text::jsonpath
    end)
    and ($6::text[] is null or m.:"tenant_column" = any ($6::text[]::pg_catalog.:"tenant_type"[]))
  -- End of the passage.
    and ($7::text is null or $11::boolean or m.:"key" > $7::text::pg_catalog.:"key_type")
    and ($7::text is null or not $11::boolean or m.:"key" < $7::text::pg_catalog.:"key_type")
  order by
    case when $10::boolean and not $11::boolean then row(m.:"key") end,
    case when $10::boolean and $11::boolean then row(m.:"key") end desc,
    case when $11::boolean then m.:"key" end desc,
    m.:"key"
  limit $8::int
) as page
  join :"schema".:"table" as t on t.:"key" = page.id
  cross join lateral (select to_jsonb(t) as record) as r
order by t.:"key";
