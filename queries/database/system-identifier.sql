-- Which server this is: the number that initdb gave it and that its standbys share. Refused to some roles; then it stays unknown.
-- Reads.
select c.system_identifier::text as system_identifier
from pg_catalog.pg_control_system() as c;
