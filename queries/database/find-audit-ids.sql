-- The audit entries whose id starts with the characters that the console shows of it: a range of an index on the id.
-- $1 id_from text, $2 id_to text: lowest and highest UUID with those characters.
-- Two rows are enough to tell that more than one begins so; the id is a uuid.
-- Reads.
select a.id::text as id
from public.audit_log as a
where a.id between $1::text::uuid and $2::text::uuid
order by a.id
limit 2;
