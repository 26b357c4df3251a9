-- Builds all indexes of a table anew, those of its partitions and TOAST table too, while it is read and written; refuses a transaction. Skips
-- invalid indexes and those of exclusion constraints with a mere warning.
-- Identifiers: :"schema" and :"table", from the catalog.
-- Writes.
reindex table concurrently :"schema".:"table";
