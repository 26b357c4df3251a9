-- A tenant's latest audit entries for the card. The manual's audit log does not say whose row it was, so the entry's own documents
-- are asked; that is bounded by looking at the newest entries only, which an index on the time serves where there is one.
-- $1 tenant_ids text[]: the tenant's UUID and its slug.
-- $2 look_back int: how many of the newest entries to look at.
-- $3 most int: entries at most.
-- Reads.
select
  a.id,
  a.at,
  a.action,
  a.table_name,
  a.record_id,
  a.actor
from (
  select
    n.id::text as id,
    coalesce(n.changed_at, n.created_at)::text as at,
    n.action::text as action,
    coalesce(n.table_name::text, n.entity_type::text) as table_name,
    coalesce(n.record_id::text, n.entity_id::text) as record_id,
    coalesce(n.changed_by::text, n.user_email::text) as actor,
    n.changed_at as manual_time,
    n.created_at as production_time,
    coalesce(
      n.tenant_id::text,
      n.new_data ->> 'tenant_id',
      n.old_data ->> 'tenant_id',
      case when coalesce(n.table_name::text, n.entity_type::text) = 'tenant' then coalesce(n.record_id::text, n.entity_id::text) end
    ) as tenant_id
  from (
    select
      null::timestamptz as changed_at, null::timestamptz as created_at, null::text as table_name, null::text as entity_type,
      null::uuid as record_id, null::text as entity_id, null::text as changed_by, null::text as user_email,
      null::text as tenant_id, null::jsonb as new_data, null::jsonb as old_data
  ) as absent
    cross join lateral (
      select
        id, action, changed_at, created_at, table_name, entity_type, record_id, entity_id, changed_by, user_email,
        tenant_id, new_data, old_data
      from public.audit_log
      order by changed_at desc, created_at desc
      limit $2::int
    ) as n
) as a
where a.tenant_id = any ($1::text[])
order by a.manual_time desc, a.production_time desc nulls last, a.id
limit $3::int;
