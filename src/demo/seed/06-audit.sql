-- A week of audit entries, as log_user_changes() would have written them: for every row created during the week an INSERT,
-- for every row whose updated_at lies in the week an UPDATE that ended in the row as it is now, and some DELETEs.
set local session_replication_role = replica;

create table seed.change as
select hashtextextended(r.record_id::text, 0) as n, r.*, t.n as tenant_n, t.employees
from (
  -- before: what the columns held before the update
  select 'contacts' as table_name, c.id as record_id, c.tenant_id, c.created_at, c.updated_at, to_jsonb(c) as now_data,
    case hashtextextended(c.id::text, 3) & 3
      when 0 then jsonb_build_object('phone', case when c.phone is null then '+15550100199' end)
      when 1 then jsonb_build_object('job_title', 'Assistant')
      when 2 then jsonb_build_object('metadata', case when c.metadata ?| array['custom_fields', 'lead_source'] and jsonb_typeof(c.metadata) = 'object' then c.metadata - 'custom_fields' - 'lead_source' else '{"lead_source": "Import"}' end)
      else jsonb_build_object('status', case c.status when 'active' then 'inactive' else 'active' end)
    end as before
  from contacts c where c.updated_at > now() - interval '7 days'
  union all
  select 'accounts', a.id, a.tenant_id, a.created_at, a.updated_at, to_jsonb(a),
    case hashtextextended(a.id::text, 3) & 1 when 0 then jsonb_build_object('type', 'prospect', 'industry', null) else jsonb_build_object('primary_contact_id', null, 'city', null) end
  from accounts a where a.updated_at > now() - interval '7 days'
  union all
  select 'leads', d.id, d.tenant_id, d.created_at, d.updated_at, to_jsonb(d),
    case d.status when 'new' then jsonb_build_object('owner_id', null, 'score', 0) when 'contacted' then jsonb_build_object('status', 'new') else jsonb_build_object('status', 'contacted', 'score', 25) end
  from leads d where d.updated_at > now() - interval '7 days'
  union all
  select 'opportunities', o.id, o.tenant_id, o.created_at, o.updated_at, to_jsonb(o),
    case o.stage
      when 'prospecting' then jsonb_build_object('amount', case when o.amount is null then 1000.00 end)
      when 'qualification' then jsonb_build_object('stage', 'prospecting', 'probability', 10)
      when 'proposal' then jsonb_build_object('stage', 'qualification', 'probability', 25)
      when 'negotiation' then jsonb_build_object('stage', 'proposal', 'probability', 50)
      else jsonb_build_object('stage', 'negotiation', 'status', 'open', 'probability', 75, 'close_date', current_date + 10)
    end
  from opportunities o where o.updated_at > now() - interval '7 days'
  union all
  select 'employees', e.id, e.tenant_id, e.created_at, e.updated_at, to_jsonb(e),
    case when e.last_login_at is null then jsonb_build_object('status', 'invited') else jsonb_build_object('last_login_at', e.created_at) end
  from employees e where e.updated_at > now() - interval '7 days'
  union all
  select 'modulesettings', m.id, m.tenant_id, m.created_at, m.updated_at, to_jsonb(m), jsonb_build_object('is_enabled', not m.is_enabled)
  from modulesettings m where m.updated_at > now() - interval '7 days'
  union all
  select 'workflow', w.id, w.tenant_id, w.created_at, w.updated_at, to_jsonb(w), jsonb_build_object('is_active', not w.is_active)
  from workflow w where w.updated_at > now() - interval '7 days'
  union all
  select 'systembranding', b.id, b.tenant_id, b.created_at, b.updated_at, to_jsonb(b), jsonb_build_object('primary_color', '#000000')
  from systembranding b where b.updated_at > now() - interval '7 days'
  union all
  select 'api_key', k.id, k.tenant_id, k.created_at, k.updated_at, to_jsonb(k), jsonb_build_object('is_active', not k.is_active)
  from api_key k where k.updated_at > now() - interval '7 days'
  union all
  select 'tenant', x.id, x.id, x.created_at, x.updated_at, to_jsonb(x), jsonb_build_object('plan', case x.plan when 'enterprise' then 'pro' else 'free' end, 'status', case x.status when 'active' then 'trial' else 'active' end)
  from tenant x where x.updated_at > now() - interval '7 days'
  union all
  select 'users', u.id, null, u.created_at, u.updated_at, to_jsonb(u), jsonb_build_object('last_login_at', u.created_at)
  from users u where u.updated_at > now() - interval '7 days'
) r
left join seed.tenant t on t.id = r.tenant_id;

-- One contact, lead or deal in eleven that changed has a sibling that was deleted in the same week.
create table seed.deletion as
select seed.id('deleted', c.n) as record_id, c.table_name, c.n, c.tenant_n, c.employees,
  c.now_data || jsonb_build_object('id', seed.id('deleted', c.n)) ||
    case c.table_name when 'opportunities' then jsonb_build_object('name', (c.now_data->>'name') || ' (2)') else jsonb_build_object('email', '2.' || (c.now_data->>'email')) end as old_data,
  c.updated_at + (now() - c.updated_at) * 0.4 * seed.u(c.n, 61) as at
from seed.change c
where c.table_name in ('contacts', 'leads', 'opportunities') and seed.pick(c.n, 60, 11) = 0;

insert into audit_log (id, action, table_name, record_id, old_data, new_data, changed_by, changed_at)
select seed.id('audit', row_number() over (order by g.at, g.record_id, g.action)), g.action, g.table_name, g.record_id, g.old_data, g.new_data,
  case
    when g.tenant_n is null or g.table_name = 'tenant' then (array['dana.whitfield@aishacrm.example', 'rui.ferreira@aishacrm.example', 'postgres'])[1 + seed.pick(g.n, 70, 3)]
    when seed.pick(g.n, 71, 9) = 0 then 'postgres'
    when seed.pick(g.n, 71, 9) = 1 then (array['support@aishacrm.example', 'heike.vogel@aishacrm.example', 'ops@aishacrm.example'])[1 + seed.pick(g.n, 72, 3)]
    else e.email
  end,
  g.at
from (
  select 'INSERT' as action, c.table_name, c.record_id, null::jsonb as old_data,
    c.now_data || case when c.updated_at > c.created_at then c.before else '{}' end || jsonb_build_object('updated_at', c.created_at) as new_data,
    c.n, c.tenant_n, c.employees, c.created_at as at
  from seed.change c where c.created_at > now() - interval '7 days'
  union all
  select 'UPDATE', c.table_name, c.record_id,
    c.now_data || c.before || jsonb_build_object('updated_at', case when c.created_at > now() - interval '7 days' then c.created_at else c.created_at + (now() - interval '7 days' - c.created_at) * seed.u(c.n, 73) end),
    c.now_data, c.n + 1, c.tenant_n, c.employees, c.updated_at
  from seed.change c where c.updated_at > c.created_at
  union all
  select 'DELETE', d.table_name, d.record_id, d.old_data, null, d.n + 2, d.tenant_n, d.employees, d.at
  from seed.deletion d
) g
left join employees e on e.id = seed.id('employee', g.tenant_n * 100000 + seed.pick(g.n, 74, g.employees));
