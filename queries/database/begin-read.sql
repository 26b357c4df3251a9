-- First statement of every read transaction, in the same round trip as the read: its time limit ends with the transaction, so it
-- holds through a transaction pooler, and the backend's number lets us cancel it.
-- $1 statement_timeout text: milliseconds.
-- Reads.
select
  pg_catalog.pg_backend_pid() as backend_pid,
  pg_catalog.set_config('statement_timeout', $1::text, true) as statement_timeout;
