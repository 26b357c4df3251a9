-- The same as poll-by-horizon for an audit log with a column txid xid8 and a btree index on (txid, id): the column holds the top-level
-- transaction, so that the snapshot of the last poll tells exactly what is new, and the index finds it.
-- $1 snapshot text: of the last complete poll; on a standby, which does not list the transactions in progress, one that lists none beyond its
-- horizon; null for a mark.
-- $2 shown_xids text[]: int8multiranges of xids whose rows were emitted since.
-- $3 partial_xids text[]: of the rows of these xids
-- $4 partial_ids text[]: those up to these ids were emitted.
-- $5 most int: new rows at most.
-- $6 is_mark boolean: only look which transactions there are, and give no rows: where following starts.
-- $7 only_finished boolean: only rows of transactions below the horizon: nothing of them must be remembered.
-- Reads.
with taken as materialized (
  select pg_catalog.pg_current_snapshot() as snapshot
),
bounds as materialized (
  select
    s.snapshot,
    pg_catalog.pg_snapshot_xmin(s.snapshot)::text::bigint as lo,
    pg_catalog.pg_snapshot_xmax(s.snapshot)::text::bigint as hi
  from taken as s
),
shown as materialized (
  select u.xids::int8multirange as xids
  from unnest($2::text[]) as u (xids)
),
started as materialized (
  select u.xid::bigint as xid, u.id
  from unnest($3::text[], $4::text[]) as u (xid, id)
),
fresh as materialized (
  select n.id, n.full_xid, row_number() over (order by n.full_xid, length(n.id), n.id collate "C") as place
  from (
    select a.id::text as id, a.txid::text::bigint as full_xid, a.txid
    from (select null::xid8 as txid) as absent
      cross join lateral (
        select id, txid
        from public.audit_log
        where id is not null
      ) as a
  ) as n
  -- A row restored from elsewhere may carry a number that this server has not given out yet.
  where n.txid < pg_catalog.pg_snapshot_xmax((select s.snapshot from taken as s))
    and n.txid >= pg_catalog.pg_snapshot_xmin(coalesce($1::text::pg_catalog.pg_snapshot, (select s.snapshot from taken as s)))
    and ($1::text is null or not pg_catalog.pg_visible_in_snapshot(n.txid, $1::text::pg_catalog.pg_snapshot))
    and (select count(*) from shown as s where n.full_xid <@ s.xids) = 0
    and not exists (
      select
      from started as p
      where p.xid = n.full_xid
        and (length(n.id), n.id collate "C") <= (length(p.id), p.id collate "C")
    )
    and (not $7::boolean or n.full_xid < (select b.lo from bounds as b))
  order by place
  limit $5::int + 1
),
-- Passage: what of the new rows is told now.
cut as materialized (
  select min(f.full_xid) as next_xid
  from fresh as f
  where f.place > $5::int
),
whole as materialized (
  select range_agg(int8range(w.full_xid, w.full_xid + 1)) as xids
  from (
    select distinct f.full_xid
    from fresh as f
      cross join cut as c
    where f.place <= $5::int
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
  where f.place <= $5::int
    and not $6::boolean
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
