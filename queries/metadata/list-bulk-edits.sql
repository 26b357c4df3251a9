-- The edits of one bulk change that stand, newest first: which rows are done when it is resumed, and what to take back when it is undone.
-- An edit that was taken back stands no more.
-- $1 bulk_id text: the id that every edit of the bulk change carries.
-- $2 since text: nothing of it is older than this time, which an index on the time may use; null where that is not known.
-- $3 action text: METADATA_EDIT.
-- $4 tenant_ids text[]: only edits of this tenant's rows, by UUID or legacy slug; null for all.
-- Reads.
with edit as materialized (
  select
    a.id::text as id,
    coalesce(a.changed_at, a.created_at) as at,
    coalesce(a.new_data ->> 'tenant_id', a.tenant_id::text) as tenant_id,
    coalesce(a.new_data -> 'edit', a.changes -> 'edit') as edit
  from (
    select
      null::timestamptz as changed_at, null::timestamptz as created_at, null::text as tenant_id,
      null::jsonb as new_data, null::jsonb as changes
  ) as absent
    cross join lateral (
      select id, action, changed_at, created_at, tenant_id, new_data, changes
      from public.audit_log
    ) as a
  where a.action = $3::text
    and ($2::text is null or a.changed_at >= $2::text::timestamptz or a.created_at >= $2::text::timestamptz)
)
select
  e.id,
  e.edit ->> 'table' as table_name,
  e.edit ->> 'record_id' as record_id,
  e.edit ->> 'bulk_request' as request_digest
from edit as e
where e.edit ->> 'bulk_id' = $1::text
  and ($4::text[] is null or e.tenant_id = any ($4::text[]))
  and e.id not in (select u.edit ->> 'undoes' from edit as u where u.edit ->> 'undoes' is not null)
order by e.at desc, e.id;
