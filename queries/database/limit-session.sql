-- Time limits of a session of our own, and when its process began: with its number that tells it from another that gets the same number.
-- $1 statement_timeout text: milliseconds that one statement may take; 0 for no limit.
-- $2 lock_timeout text: milliseconds that it may wait for somebody else's lock; 0 for no limit.
-- $3 idle_timeout text: milliseconds after which the server ends a transaction that we left open.
-- Reads (settings of this session only).
select
  pg_catalog.set_config('statement_timeout', $1::text, false) as statement_timeout,
  pg_catalog.set_config('lock_timeout', $2::text, false) as lock_timeout,
  pg_catalog.set_config('idle_in_transaction_session_timeout', $3::text, false) as idle_timeout,
  (
    select pg_catalog.date_part('epoch', a.backend_start)
    from pg_catalog.pg_stat_activity as a
    where a.pid = pg_catalog.pg_backend_pid()
  )::text as began_at;
