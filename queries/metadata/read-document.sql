-- One document as the server writes it: text, so that no number changes on the way. With it whose row it is, how the row is called and
-- when it was last changed.
-- :"schema", :"table", :"key", :"key_type", :"column": from the catalog; the column is jsonb.
-- $1 id text: the record's key.
-- Reads.
select
  t.:"key"::text as id,
  t.:"column"::text as document,
  pg_catalog.pg_column_size(t.:"column")::int as stored_bytes,
  r.record ->> 'tenant_id' as tenant_id,
  r.record ->> 'updated_at' as updated_at,
  left(coalesce(
    r.record ->> 'name', nullif(concat_ws(' ', r.record ->> 'first_name', r.record ->> 'last_name'), ''), r.record ->> 'title',
    r.record ->> 'subject', r.record ->> 'email', r.record ->> 'module_name', ''
  ), 200) as label
from :"schema".:"table" as t
  cross join lateral (select to_jsonb(t) as record) as r
where t.:"key" = $1::text::pg_catalog.:"key_type";
