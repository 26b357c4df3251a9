-- First statement of every read transaction, in the same round trip as the read: its time limit ends with the transaction, so it
-- holds through a transaction pooler, and the backend's number lets us cancel it. Times come as ISO 8601 has them, whatever the
-- database or role is set to, since they are read again; in which order days and months are typed stays as it is.
-- $1 statement_timeout text: milliseconds.
-- Reads.
select
  pg_catalog.pg_backend_pid() as backend_pid,
  pg_catalog.set_config('statement_timeout', $1::text, true) as statement_timeout,
  pg_catalog.set_config('DateStyle', 'ISO', true) as date_style;
