-- What one audit entry says was changed, in full: the row before and after, or the one document of production, exact to the digit, and
-- whatever else the log keeps of the request. Lists leave this out, since it may be megabytes.
-- :"id_type": the type of the log's id, from the catalog.
-- $1 id text: the entry.
-- Reads.
select
  a.id::text as id,
  a.old_data::text as before,
  a.new_data::text as after,
  a.changes::text as changes,
  a.ip_address::text as ip_address,
  a.user_agent::text as user_agent,
  a.request_id::text as request_id
from (
  select
    null::jsonb as old_data, null::jsonb as new_data, null::jsonb as changes, null::text as ip_address, null::text as user_agent,
    null::text as request_id
) as absent
  cross join lateral (
    select id, old_data, new_data, changes, ip_address, user_agent, request_id
    from public.audit_log
  ) as a
where a.id = $1::text::pg_catalog.:"id_type";
