-- The rows of the audit log that became visible since the last poll, in one statement with the snapshot that says how far it looked: exact,
-- because rows become visible in the order of commits, and only the horizon of a snapshot tells which transactions were finished (it holds
-- for subtransactions and prepared ones, and on a standby). All rows of a (sub)transaction become visible at once, so that remembering
-- transactions instead of rows is enough. Widens the 32-bit xmin to 64 bits. A partitioned table has no file: those of its partitions tell that it
-- was emptied. Reads the whole table unless an index on the time serves a floor.
-- :"time": the column that says when, from the catalog.
-- $1 horizon text: rows of this xid and later ones; null for a mark: the horizon of now.
-- $2 floor text: only rows with this time or a later one; null for every row, also those without a time.
-- $3 shown_xids text[]: int8multiranges of xids whose rows were emitted,
-- $4 shown_floors text[]: from this time on, null for all of them.
-- $5 partial_xids text[]: of the rows of these xids
-- $6 partial_ids text[]: those up to these ids were emitted.
-- $7 most int: new rows at most; the rows of one transaction may be cut apart, which partial remembers.
-- $8 is_mark boolean: only look which transactions there are, and give no rows: where following starts.
-- $9 only_finished boolean: only rows of transactions below the horizon: nothing of them must be remembered.
-- Reads.
with taken as materialized (
  select pg_catalog.pg_current_snapshot() as snapshot
),
bounds as materialized (
  select
    s.snapshot,
    pg_catalog.pg_snapshot_xmin(s.snapshot)::text::bigint as lo,
    pg_catalog.pg_snapshot_xmax(s.snapshot)::text::bigint as hi,
    coalesce($1::text::bigint, pg_catalog.pg_snapshot_xmin(s.snapshot)::text::bigint) as horizon
  from taken as s
),
shown as materialized (
  select u.xids::int8multirange as xids, u.since::timestamptz as since
  from unnest($3::text[], $4::text[]) as u (xids, since)
),
-- One row a transaction, so that a hash tells at once: there may be hundreds of thousands, from many floors.
emitted as materialized (
  select x.xid, s.since
  from shown as s
    cross join bounds as b
    cross join unnest(s.xids * int8multirange(int8range(b.horizon, null))) as r (span)
    cross join generate_series(lower(r.span), upper(r.span) - 1) as x (xid)
),
started as materialized (
  select u.xid::bigint as xid, u.id
  from unnest($5::text[], $6::text[]) as u (xid, id)
),
fresh as materialized (
  select n.id, n.full_xid, row_number() over (order by n.full_xid, length(n.id), n.id collate "C") as place
  from (
    select
      a.id::text as id,
      (select b.hi from bounds as b) - (((select b.hi from bounds as b) - a.xmin::text::bigint) & 4294967295) as full_xid,
      a.:"time" as at
    from public.audit_log as a
    where a.id is not null
      and ($2::text is null or a.:"time" >= $2::text::timestamptz)
  ) as n
  where n.full_xid >= (select b.horizon from bounds as b)
    and not exists (select from emitted as e where e.xid = n.full_xid and (e.since is null or n.at >= e.since))
    and not exists (
      select
      from started as p
      where p.xid = n.full_xid
        and (length(n.id), n.id collate "C") <= (length(p.id), p.id collate "C")
    )
    and (not $9::boolean or n.full_xid < (select b.lo from bounds as b))
  order by place
  limit $7::int + 1
),
-- Passage: what of the new rows is told now.
cut as materialized (
  select min(f.full_xid) as next_xid
  from fresh as f
  where f.place > $7::int
),
whole as materialized (
  select range_agg(int8range(w.full_xid, w.full_xid + 1)) as xids
  from (
    select distinct f.full_xid
    from fresh as f
      cross join cut as c
    where f.place <= $7::int
      and (c.next_xid is null or f.full_xid < c.next_xid)
  ) as w
),
kept as materialized (
  select
    least(b.lo, c.next_xid) as lo,
    (coalesce((select range_agg(s.xids) from shown as s), '{}') + coalesce(w.xids, '{}')) * int8multirange(int8range(least(b.lo, c.next_xid), null)) as xids
  from bounds as b
    cross join cut as c
    cross join whole as w
),
pieces as (
  select
    (f.place - 1) / 500 as piece,
    array_agg(f.id order by f.place) as ids,
    array_agg(f.full_xid::text order by f.place) as xids
  from fresh as f
  where f.place <= $7::int
    and not $8::boolean
  group by piece
)
select
  b.snapshot::text as snapshot,
  b.hi::text as hi,
  k.lo::text as lo,
  c.next_xid::text as next_xid,
  pg_catalog.clock_timestamp()::text as server_time,
  pg_catalog.pg_is_in_recovery() as is_standby,
  (select d.oid::text from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database()) as database_oid,
  t.oid::text as table_oid,
  coalesce(
    pg_catalog.pg_relation_filenode(t.oid)::text,
    (
      select string_agg(pg_catalog.pg_relation_filenode(l.relid)::text, ',' order by l.relid)
      from pg_catalog.pg_partition_tree(t.oid) as l
      where l.isleaf
    ),
    '0'
  ) as file_node,
  case when coalesce(p.piece, 0) = 0 then coalesce(w.xids, '{}')::text end as whole_xids,
  case when coalesce(p.piece, 0) = 0 then k.xids::text end as kept_xids,
  coalesce((select sum(coalesce(upper(r.span), b.hi) - lower(r.span)) from unnest(k.xids) as r (span)), 0)::text as kept_count,
  coalesce(p.ids, '{}') as ids,
  coalesce(p.xids, '{}') as xids
from bounds as b
  cross join cut as c
  cross join whole as w
  cross join kept as k
  join pg_catalog.pg_class as t on t.oid = 'public.audit_log'::regclass
  left join pieces as p on true
-- End of the passage.
order by p.piece;
