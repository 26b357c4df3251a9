-- Whether a transaction whose answer to COMMIT never came is still under way: only when it is over does what is there tell how it ended.
-- $1 transaction_id text: its xid8, as it was told inside it.
-- Reads.
select pg_catalog.pg_xact_status($1::text::pg_catalog.xid8) as status;
