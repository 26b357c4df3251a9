-- Makes the room of a table's dead rows usable again and its pages known as all-visible; refuses a transaction.
-- Identifiers: :"schema" and :"table", from the catalog.
-- Writes.
vacuum :"schema".:"table";
