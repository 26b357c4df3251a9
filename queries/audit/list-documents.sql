-- What audit entries say was changed, in full: the rows before and after, or the one document of production, exact to the digit, and whatever
-- else the log keeps of the request. Lists leave this out, since it may be megabytes; of several entries as many come as are wanted at once.
-- :"id_type": the type of the log's id, from the catalog.
-- $1 ids text[]: the entries, in the order they are wanted in.
-- $2 most_bytes int: the answer ends before the entry that would make it longer than this; its first entry always comes.
-- Reads.
select
  d.place,
  d.id,
  d.before,
  d.after,
  d.changes,
  d.ip_address,
  d.user_agent,
  d.request_id
from (
  select
    asked.place::int as place,
    a.id::text as id,
    a.old_data::text as before,
    a.new_data::text as after,
    a.changes::text as changes,
    a.ip_address::text as ip_address,
    a.user_agent::text as user_agent,
    a.request_id::text as request_id,
    row_number() over (order by asked.place) as row_place,
    sum(
      octet_length(coalesce(a.old_data::text, '')) + octet_length(coalesce(a.new_data::text, '')) + octet_length(coalesce(a.changes::text, ''))
    ) over (order by asked.place) as bytes_so_far
  from unnest($1::text[]::pg_catalog.:"id_type"[]) with ordinality as asked (id, place)
    cross join (
      select
        null::jsonb as old_data, null::jsonb as new_data, null::jsonb as changes, null::text as ip_address, null::text as user_agent,
        null::text as request_id
    ) as absent
    cross join lateral (
      select id, old_data, new_data, changes, ip_address, user_agent, request_id
      from public.audit_log
    ) as a
  where a.id = asked.id
) as d
where d.row_place = 1
  or d.bytes_so_far <= $2::int
order by d.place;
