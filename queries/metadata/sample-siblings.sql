-- What other rows have where an edit adds or changes something: for each object that the edit touches, its keys in sampled rows with their
-- types, and in how many rows. Counted on the server: whole documents would take longer to fetch than a person waits for a hint.
-- :"schema", :"table", :"key", :"key_type", :"column": from the catalog; the column is jsonb.
-- $1 id text: the row that is edited; it is no sibling of itself.
-- $2 paths text: JSON array of the objects to look at, each an array of steps from the root.
-- $3 sample_percent text: share of the table's blocks to look into, chosen by chance; 100 for a small table.
-- $4 sampled_rows int: at most so many rows.
-- $5 most int: at most so many keys, the most common ones.
-- Reads.
with place as materialized (
  select
    e.number,
    array(select s.step from jsonb_array_elements_text(e.steps) with ordinality as s(step, place) order by s.place) as path
  from jsonb_array_elements($2::text::jsonb) with ordinality as e(steps, number)
),
sibling as materialized (
  select t.:"column" as document
  from :"schema".:"table" as t tablesample system ($3::text::real)
  where t.:"key" <> $1::text::pg_catalog.:"key_type"
  limit $4::int
)
select
  place.number::int as place,
  m.key,
  pg_catalog.jsonb_typeof(m.value) as type,
  count(*)::int as rows
from sibling
  cross join place
  cross join lateral jsonb_each(
    case pg_catalog.jsonb_typeof(sibling.document #> place.path) when 'object' then sibling.document #> place.path end
  ) as m(key, value)
group by place.number, m.key, pg_catalog.jsonb_typeof(m.value)
order by count(*) desc, place.number, m.key, pg_catalog.jsonb_typeof(m.value)
limit $5::int;
