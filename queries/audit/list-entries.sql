-- A page of audit entries, whatever shape the audit log has: what a list shows, never the documents. Newest first, by time, then by id as
-- text; without an id it can not be told from others, and is left out. Each way to page is a branch of its own that an index serves, and
-- the planner drops the others. Also the entries of given ids.
-- :"time": the column that says when. :"id_type": the type of its id. :"record_type": that of its record_id.
-- All from the catalog.
-- $1 way text: before, after, untimed (entries without a time, which come last of all) or ids.
-- $2 at text: the page is before or after this time and
-- $3 id text: this id; both null for the newest (before), or the oldest (after), or the last id of the untimed; the time alone for all from it on (after).
-- $4 ids text[]: for ids.
-- $5 most int: entries at most.
-- $6 tables text[]: only entries about these tables, singular or plural; null for all. This and what follows is the filter.
-- $7 not_tables text[]: none about these.
-- $8 actions text[]: only these actions, in lower case.
-- $9 not_actions text[]: none of these.
-- $10 actors text[]: only of these actors, in lower case.
-- $11 not_actors text[]: none of these.
-- $12 records text[]: only about these records.
-- $13 record_keys text[]: those of them that the column record_id can hold, compared in its own type: an index on it serves them.
-- $14 not_records text[]: none about these.
-- $15 patterns text[]: like-patterns that all must fit the words of the entry, in either case.
-- $16 not_patterns text[]: and of which none may.
-- $17 tenant_ids text[]: the tenant's UUID and its slug; null for all tenants.
-- $18 from_at text: not before this time.
-- $19 until_at text: before this time.
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
  where ($6::text[] is null or a.table_word = any (
      select regexp_replace(regexp_replace(lower(asked), 'ies$', 'y'), 's$', '') from unnest($6::text[]) as asked
    ))
    and ($7::text[] is null or a.table_word is null or a.table_word <> all (
      select regexp_replace(regexp_replace(lower(asked), 'ies$', 'y'), 's$', '') from unnest($7::text[]) as asked
    ))
    and ($8::text[] is null or lower(a.action) = any ($8::text[]))
    and ($9::text[] is null or a.action is null or lower(a.action) <> all ($9::text[]))
    and ($10::text[] is null or lower(a.actor) = any ($10::text[]))
    and ($11::text[] is null or a.actor is null or lower(a.actor) <> all ($11::text[]))
    and ($12::text[] is null or a.record_key = any ($13::text[]::pg_catalog.:"record_type"[]) or a.record_text = any ($12::text[]) or a.edited_record = any ($12::text[]))
    and ($14::text[] is null or a.record_id is null or a.record_id <> all ($14::text[]))
    and ($15::text[] is null or a.words ilike all ($15::text[]))
    and ($16::text[] is null or not a.words ilike any ($16::text[]))
    and ($17::text[] is null or a.tenant_id = any ($17::text[]))
    and ($18::text is null or a.at >= $18::text::timestamptz)
    and ($19::text is null or a.at < $19::text::timestamptz)
  -- End of the passage.
),
page as (
  (
    select e.id, e.at, e.row_xid, e.action, e.table_name, e.record_id, e.tenant_id, e.actor, e.old_data, e.new_data, e.changes
    from entry as e
    where $1::text = 'before'
      and e.id is not null
      and e.at is not null
      and ($2::text is null or (e.at, length(e.id::text), e.id::text) < ($2::text::timestamptz, length($3::text), $3::text))
    order by e.at desc, length(e.id::text) desc, e.id::text desc
    limit $5::int
  )
  union all
  (
    select e.id, e.at, e.row_xid, e.action, e.table_name, e.record_id, e.tenant_id, e.actor, e.old_data, e.new_data, e.changes
    from entry as e
    where $1::text = 'after'
      and e.id is not null
      and e.at is not null
      and ($2::text is null or $3::text is not null or e.at >= $2::text::timestamptz)
      and ($3::text is null or (e.at, length(e.id::text), e.id::text) > ($2::text::timestamptz, length($3::text), $3::text))
    order by e.at, length(e.id::text), e.id::text
    limit $5::int
  )
  union all
  (
    select e.id, e.at, e.row_xid, e.action, e.table_name, e.record_id, e.tenant_id, e.actor, e.old_data, e.new_data, e.changes
    from entry as e
    where $1::text = 'untimed'
      and e.id is not null
      and e.at is null
      and ($3::text is null or (length(e.id::text), e.id::text) < (length($3::text), $3::text))
    order by length(e.id::text) desc, e.id::text desc
    limit $5::int
  )
  union all
  select e.id, e.at, e.row_xid, e.action, e.table_name, e.record_id, e.tenant_id, e.actor, e.old_data, e.new_data, e.changes
  from entry as e
  where $1::text = 'ids'
    and e.id = any ($4::text[]::pg_catalog.:"id_type"[])
),
bounds as materialized (
  select pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text::bigint as hi
),
told as (
  select
    p.id, p.at, p.row_xid, p.action, p.table_name, p.record_id, p.tenant_id, p.actor, d.edit, d.before, d.after,
    case when d.edit is null and d.before is null and d.after is null and jsonb_typeof(p.changes) = 'object' then p.changes end as fields
  from page as p
    cross join lateral (
      select
        case
          when jsonb_typeof(coalesce(p.new_data, p.changes) -> 'edit' -> 'patch') = 'array'
            and jsonb_typeof(coalesce(p.new_data, p.changes) -> 'edit' -> 'column') = 'string'
            then coalesce(p.new_data, p.changes) -> 'edit'
        end as edit,
        coalesce(
          case when jsonb_typeof(p.old_data) = 'object' then p.old_data end,
          case when jsonb_typeof(p.changes -> 'before') = 'object' then p.changes -> 'before' end,
          case when jsonb_typeof(p.changes -> 'old') = 'object' then p.changes -> 'old' end
        ) as before,
        coalesce(
          case when jsonb_typeof(p.new_data) = 'object' then p.new_data end,
          case when jsonb_typeof(p.changes -> 'after') = 'object' then p.changes -> 'after' end,
          case when jsonb_typeof(p.changes -> 'new') = 'object' then p.changes -> 'new' end
        ) as after
    ) as d
)
select
  t.id::text as id,
  t.at::timestamptz::text as at,
  (b.hi - ((b.hi - t.row_xid::text::bigint) & 4294967295))::text as full_xid,
  t.action,
  t.table_name,
  t.record_id,
  t.tenant_id,
  t.actor,
  coalesce(k.every[1:8], '{}') as changed_keys,
  greatest(coalesce(cardinality(k.every), 0) - 8, 0) as more_changed_keys
from told as t
  cross join bounds as b
  cross join lateral (
    select array_agg(left(changed.key, 100) order by changed.key) as every
    from (
      select (t.edit ->> 'column') || (step.value ->> 'path') as key
      from jsonb_array_elements(t.edit -> 'patch') as step
      where step.value ->> 'op' <> 'test'
        and step.value ->> 'path' is not null
      union all
      select coalesce(o.key, n.key)
      from jsonb_each(case when t.edit is null then t.before end) as o
        full join jsonb_each(case when t.edit is null then t.after end) as n on n.key = o.key
      where o.value is distinct from n.value
      union all
      select f.key
      from jsonb_object_keys(t.fields) as f (key)
    ) as changed
  ) as k
order by t.at desc nulls last, length(t.id::text) desc, t.id::text desc;
