-- Settings of a transaction that only asks the planner: it waits for nobody's lock for long, reads backslashes in strings as the standard does, as
-- our own parser did, and plans for any value of the parameters. What PostgreSQL 15 would leave out of a plan because a parameter is null
-- (partitions) stays in it. That it was planned is no call of the statement: where this role may, pg_stat_statements does not count it.
-- $1 lock_timeout text: milliseconds.
-- $2 search_path text: where tables without a schema are looked for, as quoted identifiers.
-- Reads.
select
  pg_catalog.set_config('lock_timeout', $1::text, true) as lock_timeout,
  pg_catalog.set_config('search_path', $2::text, true) as search_path,
  pg_catalog.set_config('standard_conforming_strings', 'on', true) as standard_conforming_strings,
  pg_catalog.set_config('plan_cache_mode', 'force_generic_plan', true) as plan_cache_mode,
  pg_catalog.set_config('enable_partition_pruning', 'off', true) as enable_partition_pruning,
  case
    when pg_catalog.has_parameter_privilege('pg_stat_statements.track', 'set')
      then pg_catalog.set_config('pg_stat_statements.track', 'none', true)
  end as statements_track;
