-- How many audit entries a stretch of time has, in equal bins by action: for the rate line and the counts. Reads every entry of the
-- stretch, so it is asked only where an index on the time serves it or the table is small.
-- :"time": the column that says when. :"record_type": the type of its record_id. Both from the catalog.
-- $1 start_at text: the beginning of the stretch.
-- $2 end_at text: its end, which is not in it any more.
-- $3 bins int: into how many equal bins.
-- $4 tables text[]: only entries about these tables, singular or plural; null for all. This and what follows is the filter.
-- $5 not_tables text[]: none about these.
-- $6 actions text[]: only these actions, in lower case.
-- $7 not_actions text[]: none of these.
-- $8 actors text[]: only of these actors, in lower case.
-- $9 not_actors text[]: none of these.
-- $10 records text[]: only about these records.
-- $11 record_keys text[]: those of them that the column record_id can hold, compared in its own type: an index on it serves them.
-- $12 not_records text[]: none about these.
-- $13 patterns text[]: like-patterns that all must fit the words of the entry, in either case.
-- $14 not_patterns text[]: and of which none may.
-- $15 tenant_ids text[]: the tenant's UUID and its slug; null for all tenants.
-- $16 from_at text: not before this time.
-- $17 until_at text: before this time.
-- Reads.
with entry as not materialized (
  select
    a.id, a.at, a.row_xid, a.action, a.table_name, a.record_id, a.tenant_id, a.actor, a.old_data, a.new_data, a.changes
  from (
    select
      -- Passage: an audit entry, and the filter on it.
      r.id,
      r.at,
      r.row_xid,
      r.action,
      coalesce(r.table_name, r.entity_type) as table_name,
      regexp_replace(regexp_replace(lower(coalesce(r.table_name, r.entity_type)), 'ies$', 'y'), 's$', '') as table_word,
      r.record_id as record_key,
      r.entity_id::text as record_text,
      case when r.record_id is null then r.new_data -> 'edit' ->> 'record_id' end as edited_record,
      coalesce(r.record_id::text, r.entity_id::text, r.new_data -> 'edit' ->> 'record_id') as record_id,
      coalesce(
        r.tenant_id::text,
        r.new_data ->> 'tenant_id',
        r.old_data ->> 'tenant_id',
        case when coalesce(r.table_name, r.entity_type) = 'tenant' then coalesce(r.record_id::text, r.entity_id::text) end
      ) as tenant_id,
      coalesce(r.changed_by, r.user_email) as actor,
      r.old_data,
      r.new_data,
      r.changes,
      concat_ws(
        ' ', r.id, r.action, r.table_name, r.entity_type, r.record_id, r.entity_id, r.tenant_id, r.changed_by, r.user_email,
        r.old_data, r.new_data, r.changes, r.ip_address, r.user_agent, r.request_id
      ) as words
    from (
      select
        null::text as action, null::text as table_name, null::text as entity_type,
        null::pg_catalog.:"record_type" as record_id, null::text as entity_id,
        null::text as tenant_id, null::text as changed_by, null::text as user_email, null::jsonb as old_data, null::jsonb as new_data,
        null::jsonb as changes, null::text as ip_address, null::text as user_agent, null::text as request_id
    ) as absent
      cross join lateral (
        select
          id, :"time" as at, audit_log.xmin as row_xid, action::text as action, table_name::text as table_name, entity_type::text as entity_type,
          record_id, entity_id, tenant_id, changed_by::text as changed_by, user_email::text as user_email, old_data::jsonb as old_data,
          new_data::jsonb as new_data, changes::jsonb as changes, ip_address, user_agent, request_id
        from public.audit_log
      ) as r
  ) as a
  where ($4::text[] is null or a.table_word = any (
      select regexp_replace(regexp_replace(lower(asked), 'ies$', 'y'), 's$', '') from unnest($4::text[]) as asked
    ))
    and ($5::text[] is null or a.table_word is null or a.table_word <> all (
      select regexp_replace(regexp_replace(lower(asked), 'ies$', 'y'), 's$', '') from unnest($5::text[]) as asked
    ))
    and ($6::text[] is null or lower(a.action) = any ($6::text[]))
    and ($7::text[] is null or a.action is null or lower(a.action) <> all ($7::text[]))
    and ($8::text[] is null or lower(a.actor) = any ($8::text[]))
    and ($9::text[] is null or a.actor is null or lower(a.actor) <> all ($9::text[]))
    and ($10::text[] is null or a.record_key = any ($11::text[]::pg_catalog.:"record_type"[]) or a.record_text = any ($10::text[]) or a.edited_record = any ($10::text[]))
    and ($12::text[] is null or a.record_id is null or a.record_id <> all ($12::text[]))
    and ($13::text[] is null or a.words ilike all ($13::text[]))
    and ($14::text[] is null or not a.words ilike any ($14::text[]))
    and ($15::text[] is null or a.tenant_id = any ($15::text[]))
    and ($16::text is null or a.at >= $16::text::timestamptz)
    and ($17::text is null or a.at < $17::text::timestamptz)
  -- End of the passage.
)
select
  pg_catalog.width_bucket(
    extract(epoch from e.at::timestamptz)::float8,
    extract(epoch from $1::text::timestamptz)::float8,
    extract(epoch from $2::text::timestamptz)::float8,
    $3::int
  ) - 1 as bin,
  e.action,
  count(*)::int as entries
from entry as e
where e.id is not null
  and e.at >= $1::text::timestamptz
  and e.at < $2::text::timestamptz
group by bin, e.action
order by bin, e.action;
