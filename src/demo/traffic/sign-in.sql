-- An employee signs in. Fires the e-mail uniqueness check as well as the audit trigger.
with actor as materialized (
  select e.id, set_config('app.current_user', e.email, true) as name
  from (select id, email from employees where id >= (select gen_random_uuid()) and status = 'active' order by id limit 1) e
)
update employees
set last_login_at = now()
from actor
where employees.id = actor.id and actor.name <> '';
