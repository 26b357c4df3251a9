-- The document as it is now, with its row locked until the transaction ends: what others changed is merged with what we change.
-- Columns that not every table has come from `absent`; to_jsonb of the row would copy the whole document to look for them.
-- :"schema", :"table", :"key", :"key_type", :"column": from the catalog; the column is jsonb.
-- $1 id text: the record's key.
-- Writes (a row lock).
select
  l.document,
  l.tenant_id
from (select null::text as tenant_id) as absent
  cross join lateral (
    select
      t.:"column"::text as document,
      tenant_id::text as tenant_id
    from :"schema".:"table" as t
    where t.:"key" = $1::text::pg_catalog.:"key_type"
    for update of t
  ) as l;
