-- Support switches a module of a tenant on or off.
with actor as materialized (
  select m.id, set_config('app.current_user', 'support@aishacrm.example', true) as name
  from (select id from modulesettings where id >= (select gen_random_uuid()) and module_name in ('ai_assistant', 'reports', 'cash_flow') order by id limit 1) m
)
update modulesettings
set is_enabled = not modulesettings.is_enabled
from actor
where modulesettings.id = actor.id and actor.name <> '';
