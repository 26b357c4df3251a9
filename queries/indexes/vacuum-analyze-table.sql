-- The same as vacuum-table, and then what the planner knows of the table's values; refuses a transaction.
-- Identifiers: :"schema" and :"table", from the catalog.
-- Writes.
vacuum (analyze) :"schema".:"table";
