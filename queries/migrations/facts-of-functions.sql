-- Which functions are there, by the types of their arguments, with a digest of their bodies, and their settings. White space around a body
-- and carriage returns do not count: editors add them.
-- $1 schemas text[]: schemas that the migrations name.
-- Reads.
select k.kind, n.nspname::text as schema_name, f.proname::text as object_name, coalesce(arguments.list, '') || k.part as part, k.value
from pg_catalog.pg_proc as f
  join pg_catalog.pg_namespace as n on n.oid = f.pronamespace
  left join lateral (
    select pg_catalog.string_agg(
      pg_catalog.regexp_replace(pg_catalog.replace(pg_catalog.format_type(s.type_oid, null), '"', ''), '^[^(]*\.', ''),
      ', ' order by s.place
    ) as list
    from pg_catalog.unnest(f.proargtypes::oid[]) with ordinality as s(type_oid, place)
  ) as arguments on true
  cross join lateral (
    select
      'function'::text as kind,
      ''::text as part,
      pg_catalog.md5(pg_catalog.btrim(pg_catalog.replace(f.prosrc, pg_catalog.chr(13), ''), pg_catalog.concat(' ', pg_catalog.chr(9), pg_catalog.chr(10)))) as value
    union all
    select
      'function-setting',
      pg_catalog.chr(1) || pg_catalog.lower(pg_catalog.split_part(g.setting, '=', 1)),
      pg_catalog.substr(g.setting, pg_catalog.strpos(g.setting, '=') + 1)
    from pg_catalog.unnest(f.proconfig) as g(setting)
  ) as k
where n.nspname = any ($1::text[])
order by n.nspname, f.proname, part, k.kind;
