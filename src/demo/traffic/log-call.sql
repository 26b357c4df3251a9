-- An employee logs a call with a contact.
insert into activities (tenant_id, owner_id, related_type, related_id, type, subject, status, due_at, completed_at)
select c.tenant_id, c.owner_id, 'contacts', c.id, 'call', 'Call with ' || c.first_name || ' ' || c.last_name, 'completed', now(), now()
from (select * from contacts where id >= (select gen_random_uuid()) order by id limit 1) c;
