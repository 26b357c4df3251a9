-- Every column of one tenant as one document, whatever columns this database has; as text, so that no number changes on the way.
-- $1 id text: the tenant's UUID.
-- Reads.
select to_jsonb(t)::text as document
from public.tenant as t
where t.id = $1::text::uuid;
