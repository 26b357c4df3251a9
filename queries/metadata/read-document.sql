-- One document as the server writes it: text, so that no number changes on the way. With it whose row it is, how the row is called and
-- when it was last changed.
-- Columns that not every table has come from `absent`; to_jsonb of the row would copy the whole document to look for them.
-- :"schema", :"table", :"key", :"key_type", :"column": from the catalog; the column is jsonb.
-- $1 id text: the record's key.
-- Reads.
select
  r.id,
  r.document,
  r.stored_bytes,
  r.tenant_id #>> '{}' as tenant_id,
  r.updated_at #>> '{}' as updated_at,
  left(coalesce(
    r.name #>> '{}', nullif(concat_ws(' ', r.first_name #>> '{}', r.last_name #>> '{}'), ''), r.title #>> '{}', r.subject #>> '{}',
    r.email #>> '{}', r.module_name #>> '{}', ''
  ), 200) as label
from (
  select
    null::text as tenant_id, null::text as updated_at, null::text as name, null::text as first_name, null::text as last_name,
    null::text as title, null::text as subject, null::text as email, null::text as module_name
) as absent
  cross join lateral (
    select
      t.:"key"::text as id,
      t.:"column"::text as document,
      pg_catalog.pg_column_size(t.:"column")::int as stored_bytes,
      to_jsonb(tenant_id) as tenant_id, to_jsonb(updated_at) as updated_at, to_jsonb(name) as name,
      to_jsonb(first_name) as first_name, to_jsonb(last_name) as last_name, to_jsonb(title) as title,
      to_jsonb(subject) as subject, to_jsonb(email) as email, to_jsonb(module_name) as module_name
    from :"schema".:"table" as t
    where t.:"key" = $1::text::pg_catalog.:"key_type"
  ) as r;
