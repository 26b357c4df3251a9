-- First statement of every write transaction: limits for statements, locks and for us being slow, all ending with the transaction, so
-- that they hold through a transaction pooler; and the backend's number, so that we can cancel it.
-- $1 statement_timeout text: milliseconds.
-- $2 lock_timeout text: milliseconds to wait for somebody else's lock.
-- $3 idle_timeout text: milliseconds after which the server ends a transaction that we left open.
-- Reads (settings of this transaction only).
select
  pg_catalog.pg_backend_pid() as backend_pid,
  pg_catalog.set_config('statement_timeout', $1::text, true) as statement_timeout,
  pg_catalog.set_config('lock_timeout', $2::text, true) as lock_timeout,
  pg_catalog.set_config('idle_in_transaction_session_timeout', $3::text, true) as idle_timeout;
