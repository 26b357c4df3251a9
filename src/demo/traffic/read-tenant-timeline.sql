-- The start page of a tenant: its newest activities.
select a.id, a.type, a.subject, a.created_at
from activities a
where a.tenant_id = (select t.id from tenant t where t.id >= (select gen_random_uuid()) order by t.id limit 1)
order by a.created_at desc
limit 20;
