-- Money, metrics, automation and the logs.
set local session_replication_role = replica;

insert into cash_flow (id, tenant_id, account_id, transaction_date, type, category, amount, currency, description, metadata, created_at, updated_at)
select seed.id('cash', g.n), t.id, case when g.income then seed.id('account', t.n * 100000 + seed.pick(g.n, 1, t.accounts)) end,
  g.created_at::date, case when g.income then 'income' else 'expense' end,
  case when g.income then (array['Subscription', 'Services', 'Licences'])[1 + g.k % 3] else (array['Salaries', 'Rent', 'Marketing', 'Travel'])[1 + g.k % 4] end,
  round((power(seed.u(g.n, 2), 2) * 24000 + 35)::numeric, 2), l.currency,
  case when g.income then 'RE-' || to_char(g.created_at, 'YYYY') || '-' || lpad(g.k::text, 4, '0') end,
  case when g.k % 4 = 0 then jsonb_build_object('integrations', jsonb_build_object('datev_id', g.n)) else '{}' end,
  g.created_at, g.created_at
from seed.tenant t
join seed.locale l on l.code = t.locale
cross join lateral (
  select t.n * 100000 + k as n, k, seed.pick(t.n * 100000 + k, 51, 3) > 0 as income, seed.since(t.created_at, t.n * 100000 + k, 52) as created_at
  from generate_series(1, t.size / 5) k
) g
where t.plan <> 'free';

insert into daily_sales_metrics (id, tenant_id, metric_date, new_leads, activities_completed, opportunities_won, revenue, created_at, updated_at)
select seed.id('metric', t.n * 1000 + d), t.id, current_date - d, seed.pick(t.n * 1000 + d, 1, 3 + t.size / 20), seed.pick(t.n * 1000 + d, 2, 6 + t.size / 10), g.won,
  g.won * round((4000 + 9000 * seed.u(t.n * 1000 + d, 4))::numeric, 2), current_date - d + time '23:55' - interval '1 day', current_date - d + time '23:55' - interval '1 day'
from seed.tenant t
cross join generate_series(1, 28) d
cross join lateral (select seed.pick(t.n * 1000 + d, 3, 1 + t.size / 60) as won) g
where t.size >= 40 and t.status = 'active';

insert into workflow (id, tenant_id, name, trigger_type, trigger_config, actions, is_active, metadata, created_at, updated_at)
select seed.id('workflow', t.n * 10 + w.k), t.id, w.name, w.trigger_type, w.trigger_config::jsonb, w.actions::jsonb, t.status = 'active' and (t.n + w.k) % 5 > 0,
  case w.k when 1 then '{"ui_preferences": {"color": "#3366FF"}}' else '{}' end::jsonb, t.created_at + interval '3 hours', seed.changed(t.created_at + interval '3 hours', t.n * 10 + w.k)
from seed.tenant t
cross join (values
  (1, 'Assign new leads', 'lead.created', '{"sources": ["Website", "LinkedIn"]}', '[{"type": "assign", "strategy": "round_robin"}, {"type": "notify", "channel": "email"}]'),
  (2, 'Follow up stale deals', 'schedule', '{"cron": "0 7 * * 1-5", "stale_after_days": 14}', '[{"type": "create_activity", "activity_type": "call"}]'),
  (3, 'Welcome a new customer 👋', 'opportunity.won', '{"min_amount": 5000.00}', '[{"type": "send_email", "template": "welcome"}, {"type": "create_activity", "activity_type": "meeting", "delay_hours": 48}]')
) w (k, name, trigger_type, trigger_config, actions)
where t.size >= w.k * w.k * 10 and t.created_at < now() - interval '1 day';

insert into workflow_execution (id, tenant_id, workflow_id, started_by_id, status, started_at, completed_at, duration_ms, error_message, metadata, created_at, updated_at)
select seed.id('execution', g.n), g.tenant_id, g.workflow_id, case when g.k % 6 = 0 then seed.id('employee', g.tenant_n * 100000) end,
  g.status, g.started_at, case when g.status <> 'running' then g.started_at + interval '1 millisecond' * g.duration end, case when g.status <> 'running' then g.duration end,
  case when g.status = 'failed' then (array['SMTP 451: mailbox busy, try again later', 'No active employee to assign to', 'Template "welcome" not found'])[1 + g.k % 3] end,
  jsonb_build_object('attempt', 1 + (g.status = 'failed')::int), g.started_at, g.started_at + interval '1 millisecond' * g.duration
from (
  select w.tenant_id, w.id as workflow_id, t.n as tenant_n, k, s.n,
    case when seed.pick(s.n, 1, 12) = 0 then 'failed' when k = 1 and t.n % 9 = 0 then 'running' else 'completed' end as status,
    40 + seed.pick(s.n, 2, 5200) as duration, now() - interval '14 days' * seed.u(s.n, 3) as started_at
  from workflow w
  join seed.tenant t on t.id = w.tenant_id
  cross join generate_series(1, 8) k
  cross join lateral (select hashtextextended(w.id::text, k) as n) s
  where w.is_active
) g;

insert into cron_job (id, tenant_id, name, schedule, function_name, is_active, last_run_at, next_run_at, metadata, created_at, updated_at)
select seed.id('cron', t.n * 10 + j.k), t.id, j.name, j.schedule, j.function_name, t.status in ('active', 'trial'), date_trunc('day', now()) - j.ago, date_trunc('day', now()) - j.ago + interval '1 day',
  jsonb_build_object('timeout_seconds', 60 * j.k), t.created_at, t.created_at
from seed.tenant t
cross join (values (1, 'Daily sales metrics', '55 23 * * *', 'refresh_daily_sales_metrics', interval '5 minutes'), (2, 'Mark overdue activities', '0 5 * * *', 'mark_activities_overdue', interval '19 hours'))
  j (k, name, schedule, function_name, ago)
where t.plan <> 'free' and t.created_at < now() - interval '1 day';

insert into system_logs (id, tenant_id, level, source, message, metadata, created_at, updated_at)
select seed.id('log', k), case when seed.pick(k, 2, 4) > 0 then seed.id('tenant', g.tenant_n) end, g.level, (array['api', 'auth', 'mailer', 'scheduler'])[1 + seed.pick(k, 3, 4)],
  case g.level when 'error' then (array['Connection terminated unexpectedly', 'duplicate key value violates unique constraint "contacts_email_unique"', 'SMTP 550: user unknown'])[1 + k % 3]
               when 'warn' then (array['Slow query: 1240 ms', 'Rate limit reached for key aisha_3f09c1', 'Token about to expire'])[1 + k % 3]
               else (array['User signed in', 'Import finished: 120 rows', 'E-mail sent', 'Cache rebuilt'])[1 + k % 4] end,
  jsonb_build_object('request_id', substr(md5('request' || k), 1, 12)), g.at, g.at
from generate_series(1, 400) k
cross join lateral (
  -- tenant 1 has an id of its own making
  select 2 + seed.pick(k, 1, 30) as tenant_n, (array['info', 'info', 'info', 'info', 'info', 'info', 'warn', 'warn', 'error', 'info'])[1 + seed.pick(k, 4, 10)] as level,
    now() - interval '10 days' * seed.u(k, 5) as at
) g;

insert into performance_logs (id, tenant_id, method, endpoint, status_code, duration_ms, metadata, created_at, updated_at)
select seed.id('performance', g.k), t.id, e.method, e.endpoint, case seed.pick(g.k, 1, 40) when 0 then 500 when 1 then 404 else 200 end,
  (8 + power(seed.u(g.k, 2), 6) * 2400)::int, jsonb_build_object('rows', seed.pick(g.k, 3, 200)), now() - interval '3 days' * (500 - g.k) / 500.0, now() - interval '3 days' * (500 - g.k) / 500.0
from generate_series(1, 500) g (k)
join seed.tenant t on t.n = 1 + seed.pick(g.k, 4, 22)
join (values (0, 'GET', '/api/contacts'), (1, 'GET', '/api/opportunities'), (2, 'PATCH', '/api/contacts/:id'), (3, 'POST', '/api/leads'), (4, 'GET', '/api/reports/pipeline'), (5, 'POST', '/api/ai/chat'))
  e (k, method, endpoint) on e.k = seed.pick(g.k, 5, 6);
