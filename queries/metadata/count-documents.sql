-- How many records search-documents finds, counted no further than the cap, and whose they are: what a bulk change is about to touch.
-- :"schema", :"table", :"column": from the catalog; the column is jsonb.
-- :"tenant_column", :"tenant_type": from the catalog; the key where rows belong to nobody.
-- $1 contains text: JSON that the document must contain (operator @>); null for any.
-- $2 has_key text: a key of the document's top level (operator ?); null for any.
-- $3 path text[], $4 path_value text: steps from the root, and the JSON that must be there exactly; null for any.
-- $5 json_path text: an SQL/JSON path, as in search-documents; null for any.
-- $6 tenant_ids text[]: only rows of this tenant, cast to the column's own type so that its index serves; null for all.
-- $7 by_tenant boolean: whether the tenant column says whose row it is; else all are counted in one.
-- $8 cap int: stop counting here.
-- Reads.
select
  counted.tenant_id,
  count(*)::int as rows
from (
  select case when $7::boolean then m.:"tenant_column"::text end as tenant_id
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
  limit $8::int
) as counted
group by counted.tenant_id
order by count(*) desc, counted.tenant_id;
