-- Which version of its row a record has. Asked right after an update, in its transaction: what that returns is the row before AFTER triggers
-- ran, and where one of them has written it again there is another version. Costs no look at the document.
-- :"schema", :"table", :"key", :"key_type": from the catalog.
-- $1 id text: the record's key.
-- Reads.
select concat(t.tableoid, t.ctid) as version
from :"schema".:"table" as t
where t.:"key" = $1::text::pg_catalog.:"key_type";
