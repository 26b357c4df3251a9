-- Drops an index that an interrupted REINDEX left behind, while its table is read and written; refuses a transaction. It may be gone by then.
-- Identifiers: :"schema" and :"index", from the catalog.
-- Writes.
drop index concurrently if exists :"schema".:"index";
