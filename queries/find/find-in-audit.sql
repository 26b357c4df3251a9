-- Audit entries about a record, grouped by table and record: a row that is deleted by now still tells here whose it was.
-- $1 id text: the record's UUID.
-- $2 record_key text: the same where the column record_id can hold it, else null.
-- $3 most int: at most so many.
-- $4 tables text[]: only entries about these tables, where the index on the record ids starts with the table; null for all.
-- :"record_type": the type of the log's record_id, from the catalog.
-- Reads.
select
  coalesce(a.table_name, a.entity_type)::text as about_table,
  max(coalesce(a.changed_at, a.created_at))::text as last_at,
  count(*)::int as entries,
  max(coalesce(a.tenant_id::text, a.new_data ->> 'tenant_id', a.old_data ->> 'tenant_id')) as tenant_id
from (
  select
    null::timestamptz as changed_at, null::timestamptz as created_at, null::text as table_name, null::text as entity_type,
    null::pg_catalog.:"record_type" as record_id, null::text as entity_id, null::text as tenant_id, null::jsonb as new_data, null::jsonb as old_data
) as absent
  cross join lateral (
    select changed_at, created_at, table_name, entity_type, record_id, entity_id, tenant_id, new_data, old_data
    from public.audit_log
  ) as a
where (a.record_id = $2::text::pg_catalog.:"record_type" or a.entity_id = $1::text)
  and ($4::text[] is null or a.table_name = any ($4::text[]) or a.entity_type = any ($4::text[]))
group by about_table
order by last_at desc, about_table
limit $3::int;
