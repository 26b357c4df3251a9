-- Counts anew what the planner knows of a table's values.
-- Identifiers: :"schema" and :"table", from the catalog.
-- Writes.
analyze :"schema".:"table";
