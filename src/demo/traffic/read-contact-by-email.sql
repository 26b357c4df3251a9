-- The API looks a contact up by e-mail within its tenant.
select c.id, c.first_name, c.last_name
from contacts c
where (c.tenant_id, c.email) = (select p.tenant_id, p.email from contacts p where p.id >= (select gen_random_uuid()) order by p.id limit 1);
