-- Time limits of a session of our own, before each file; a file may set others for itself.
-- $1 statement_timeout text: milliseconds that one statement may take.
-- $2 lock_timeout text: milliseconds that it may wait for somebody else's lock; 0 for no limit.
-- $3 idle_timeout text: milliseconds after which the server ends a transaction that we left open.
-- Reads (settings of this session only).
select
  pg_catalog.set_config('statement_timeout', $1::text, false) as statement_timeout,
  pg_catalog.set_config('lock_timeout', $2::text, false) as lock_timeout,
  pg_catalog.set_config('idle_in_transaction_session_timeout', $3::text, false) as idle_timeout;
