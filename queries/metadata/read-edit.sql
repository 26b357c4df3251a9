-- One metadata edit by its id: to undo it, or to learn after a lost answer to COMMIT whether it was saved.
-- $1 id text: the edit's UUID.
-- Reads.
select
  a.id::text as id,
  coalesce(a.changed_at, a.created_at)::text as at,
  coalesce(a.table_name, a.entity_type)::text as table_name,
  coalesce(a.changed_by::text, a.user_email::text) as actor,
  coalesce(a.new_data -> 'edit', a.changes -> 'edit')::text as edit
from (
  select
    null::timestamptz as changed_at, null::timestamptz as created_at, null::text as table_name, null::text as entity_type,
    null::text as changed_by, null::text as user_email, null::jsonb as new_data, null::jsonb as changes
) as absent
  cross join lateral (
    select id, changed_at, created_at, table_name, entity_type, changed_by, user_email, new_data, changes
    from public.audit_log
  ) as a
where a.id = $1::text::uuid;
