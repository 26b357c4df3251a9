-- An administrator deletes a lead that is long lost: a DELETE for the audit tail.
with actor as materialized (
  select d.id, set_config('app.current_user', coalesce(e.email, 'postgres'), true) as name
  from (select id, tenant_id from leads where id >= (select gen_random_uuid()) and status = 'lost' order by id limit 1) d
  left join lateral (select email from employees where tenant_id = d.tenant_id and role = 'admin' order by id limit 1) e on true
)
delete from leads
using actor
where leads.id = actor.id and actor.name <> '';
