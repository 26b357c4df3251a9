-- The document as it is now, with its row locked until the transaction ends: what others changed is merged with what we change.
-- :"schema", :"table", :"key", :"key_type", :"column": from the catalog; the column is jsonb.
-- $1 id text: the record's key.
-- Writes (a row lock).
select
  t.:"column"::text as document,
  to_jsonb(t) ->> 'tenant_id' as tenant_id
from :"schema".:"table" as t
where t.:"key" = $1::text::pg_catalog.:"key_type"
for update of t;
