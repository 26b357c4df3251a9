-- Puts what the console changed on record in the manual's audit log (6.5), in the transaction that makes it.
-- $1 id text: the entry's UUID, made by us, so that a lost answer to COMMIT can be looked up.
-- $2 action text: METADATA_EDIT and the like.
-- $3 table_name text: the table.
-- $4 record_id text: the record's UUID; null where its key is none.
-- $5 before text: JSON of what there was.
-- $6 after text: JSON of what there is, with what brings the old back, reason, operator, host and version.
-- $7 operator text: who.
-- Only on: manual.
-- Writes.
insert into public.audit_log (id, action, table_name, record_id, old_data, new_data, changed_by, changed_at)
values ($1::text::uuid, $2::text, $3::text, $4::text::uuid, $5::text::jsonb, $6::text::jsonb, $7::text, now())
returning id::text as id, changed_at::text as at;
