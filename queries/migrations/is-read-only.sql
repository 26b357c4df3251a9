-- Whether the transaction takes no writes: a migration may begin its own READ ONLY, and then nothing can be recorded within it.
-- Reads.
select pg_catalog.current_setting('transaction_read_only') = 'on' as is_read_only;
