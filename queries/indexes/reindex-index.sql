-- Builds an index anew beside the old one and puts it in its place, while its table is read and written; refuses a transaction.
-- Identifiers: :"schema" and :"index", from the catalog.
-- Writes.
reindex index concurrently :"schema".:"index";
