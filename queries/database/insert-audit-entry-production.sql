-- Puts what the console changed on record in production's audit log, in the transaction that makes it.
-- $1 id text: the entry's UUID, made by us, so that a lost answer to COMMIT can be looked up.
-- $2 action text: METADATA_EDIT and the like.
-- $3 entity_type text: the table.
-- $4 entity_id text: the record's key, or the name of what was changed.
-- $5 changes text: JSON of what there was before and after, with what brings it back, reason, operator, host and version.
-- $6 operator text: who.
-- $7 tenant_id text: whose record it is, as the record says it; null where it is nobody's.
-- Only on: production.
-- Writes.
insert into public.audit_log (id, action, entity_type, entity_id, changes, user_email, tenant_id, created_at)
values ($1::text::uuid, $2::text, $3::text, $4::text, $5::text::jsonb, $6::text, $7::text, now())
returning id::text as id, created_at::text as at;
