-- Somebody works through the lead board.
with actor as materialized (
  select d.id, d.tenant_id, e.id as employee_id, set_config('app.current_user', coalesce(e.email, 'postgres'), true) as name
  from (select id, tenant_id from leads where id >= (select gen_random_uuid()) and status in ('new', 'contacted') order by id limit 1) d
  left join lateral (select id, email from employees where tenant_id = d.tenant_id and status = 'active' order by id limit 1) e on true
)
update leads
set status = case when leads.status = 'new' then 'contacted' when random() < 0.6 then 'qualified' else 'lost' end,
  score = least(100, coalesce(leads.score, 0) + 10),
  owner_id = coalesce(leads.owner_id, actor.employee_id)
from actor
where leads.id = actor.id and actor.name <> '';
