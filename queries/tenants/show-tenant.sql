-- Every column of one tenant, in their order, as one document, whatever columns this database has; as text, so that no number changes on the way.
-- $1 id text: the tenant's UUID.
-- Reads.
select row_to_json(t)::text as document
from public.tenant as t
where t.id = $1::text::uuid;
