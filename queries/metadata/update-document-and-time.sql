-- As update-document, for a table with updated_at: set here, and overruled by the table's own trigger where it has one.
-- What the row holds afterwards comes back as the server writes it: a BEFORE trigger may have changed it. With it the version of the row,
-- which is another one afterwards where an AFTER trigger has written it again.
-- The transaction's id is for looking up how it ended, should the answer to COMMIT never come.
-- :"schema", :"table", :"key", :"key_type", :"column": from the catalog; the column is jsonb.
-- $1 id text: the record's key.
-- $2 document text: the whole document; null where an undo puts back that the row had none.
-- Writes.
update :"schema".:"table" as t
set :"column" = $2::text::jsonb, updated_at = now()
where t.:"key" = $1::text::pg_catalog.:"key_type"
returning
  t.:"column"::text as stored,
  concat(t.tableoid, t.ctid) as version,
  pg_catalog.pg_current_xact_id()::text as transaction_id;
