-- The audit entries of one record, newest first, whatever shape the audit log has, with the documents that tell what changed.
-- Applications write contact, Contact and contacts for one table: a UUID is one record under each of them, another key is not.
-- $1 table_name text: the table.
-- $2 record_id text: the record's key.
-- $3 record_uuid text: the same where it is a UUID, else null; the console's own entries keep only those in a column of the manual's log.
-- $4 record_key text: the same where the column record_id can hold it, else null.
-- $5 most int: at most so many.
-- :"record_type": the type of the log's record_id, from the catalog.
-- Reads.
select
  a.id::text as id,
  coalesce(a.changed_at, a.created_at)::text as at,
  a.action::text as action,
  coalesce(a.changed_by::text, a.user_email::text) as actor,
  a.old_data::text as before,
  a.new_data::text as after,
  a.changes::text as changes
from (
  select
    null::timestamptz as changed_at, null::timestamptz as created_at, null::text as table_name, null::text as entity_type,
    null::pg_catalog.:"record_type" as record_id, null::text as entity_id, null::text as changed_by, null::text as user_email,
    null::jsonb as old_data, null::jsonb as new_data, null::jsonb as changes
) as absent
  cross join lateral (
    select id, action, changed_at, created_at, table_name, entity_type, record_id, entity_id, changed_by, user_email, old_data, new_data, changes
    from public.audit_log
  ) as a
where (
    a.table_name = $1::text
    or a.entity_type = $1::text
    or (
      $3::text is not null
      and regexp_replace(regexp_replace(lower(a.entity_type), 'ies$', 'y'), 's$', '')
        = regexp_replace(regexp_replace(lower($1::text), 'ies$', 'y'), 's$', '')
    )
  )
  and (
    a.record_id = $4::text::pg_catalog.:"record_type"
    or a.entity_id = $2::text
    or ($3::text is null and a.new_data -> 'edit' ->> 'record_id' = $2::text)
  )
order by a.changed_at desc, a.created_at desc nulls last, a.id
limit $5::int;
