-- What people do all day: activities, notes, notifications, conversations.
set local session_replication_role = replica;

insert into activities (id, tenant_id, owner_id, related_type, related_id, type, subject, description, status, due_at, completed_at, metadata, created_at, updated_at)
select seed.id('activity', g.n), t.id, seed.id('employee', t.n * 100000 + seed.pick(g.n, 1, t.employees)),
  case g.kind when 0 then 'leads' when 1 then 'opportunities' else 'contacts' end,
  case g.kind when 0 then seed.id('lead', t.n * 100000 + 1 + seed.pick(g.n, 2, t.size / 2))
              when 1 then seed.id('opportunity', t.n * 100000 + 1 + seed.pick(g.n, 2, t.size / 3))
              else seed.id('contact', t.n * 100000 + seed.pick(g.n, 2, t.size)) end,
  (array['task', 'call', 'email', 'meeting'])[1 + seed.pick(g.n, 3, 4)],
  l.subjects[1 + seed.pick(g.n, 4, cardinality(l.subjects))],
  case when g.k % 3 = 0 then l.notes[1 + seed.pick(g.n, 5, cardinality(l.notes))] end,
  case when g.done then 'completed' when g.k % 17 = 3 then 'cancelled' else 'planned' end,
  g.created_at + interval '1 day' * (1 + seed.pick(g.n, 6, 20)),
  case when g.done then least(g.created_at + interval '6 days' * seed.u(g.n, 7), now()) end,
  case seed.pick(g.n, 9, 5) when 0 then jsonb_build_object('duration_minutes', 15 * (1 + seed.pick(g.n, 10, 6))) when 1 then jsonb_build_object('ui_preferences', jsonb_build_object('reminder', true)) else '{}' end,
  g.created_at, case when g.done then least(g.created_at + interval '6 days' * seed.u(g.n, 7), now()) else g.created_at end
from seed.tenant t
join seed.locale l on l.code = t.locale
cross join lateral (
  select t.n * 100000 + k as n, k, case when t.size < 3 then 2 else seed.pick(t.n * 100000 + k, 41, 5) end as kind,
    seed.pick(t.n * 100000 + k, 42, 10) < 6 as done, seed.since(t.created_at, t.n * 100000 + k, 43) as created_at
  from generate_series(1, t.size / 2) k
) g;

insert into notes (id, tenant_id, author_id, related_type, related_id, content, is_pinned, metadata, created_at, updated_at)
select seed.id('note', g.n), t.id, seed.id('employee', t.n * 100000 + seed.pick(g.n, 1, t.employees)),
  case g.k % 2 when 0 then 'contacts' else 'accounts' end,
  case g.k % 2 when 0 then seed.id('contact', t.n * 100000 + seed.pick(g.n, 2, t.size)) else seed.id('account', t.n * 100000 + seed.pick(g.n, 2, t.accounts)) end,
  l.notes[1 + seed.pick(g.n, 3, cardinality(l.notes))],
  g.k % 13 = 0, '{}', g.created_at, g.created_at
from seed.tenant t
join seed.locale l on l.code = t.locale
cross join lateral (select t.n * 100000 + k as n, k, seed.since(t.created_at, t.n * 100000 + k, 44) as created_at from generate_series(1, t.size / 4) k) g;

insert into notifications (id, tenant_id, employee_id, type, title, message, read_at, metadata, created_at, updated_at)
select seed.id('notification', g.n), t.id, seed.id('employee', t.n * 100000 + seed.pick(g.n, 1, t.employees)),
  (array['info', 'task', 'deal', 'warning'])[1 + g.k % 4],
  l.subjects[1 + seed.pick(g.n, 3, cardinality(l.subjects))],
  l.notes[1 + seed.pick(g.n, 4, cardinality(l.notes))],
  case when g.k % 5 < 3 then least(g.created_at + interval '9 hours' * seed.u(g.n, 5), now()) end,
  jsonb_build_object('link', '/opportunities/' || seed.id('opportunity', t.n * 100000 + 1)),
  g.created_at, g.created_at
from seed.tenant t
join seed.locale l on l.code = t.locale
cross join lateral (
  select t.n * 100000 + k as n, k, now() - least(interval '45 days', now() - t.created_at) * power(seed.u(t.n * 100000 + k, 45), 1.5) as created_at
  from generate_series(1, t.size / 5) k
) g;

insert into conversations (id, tenant_id, employee_id, agent_name, status, title, topic, metadata, created_at, updated_at)
select seed.id('conversation', g.n), t.id, seed.id('employee', t.n * 100000 + seed.pick(g.n, 1, t.employees)), 'aisha',
  case when g.k % 4 = 0 then 'archived' else 'active' end,
  -- conversations older than 037 have neither title nor topic
  case when g.k % 6 > 0 then l.asks[1 + g.k % cardinality(l.asks)] end,
  case when g.k % 6 > 0 then (array['pipeline', 'leads', 'writing', 'reports'])[1 + seed.pick(g.n, 2, 4)] end,
  jsonb_build_object('model', 'assistant-' || 1 + g.k % 2, 'tokens', 180 + seed.pick(g.n, 3, 4000)),
  g.created_at, g.created_at + interval '4 minutes'
from seed.tenant t
join seed.locale l on l.code = t.locale
cross join lateral (select t.n * 100000 + k as n, k, seed.since(t.created_at, t.n * 100000 + k, 46) - interval '4 minutes' as created_at from generate_series(1, ceil(t.size / 20.0)::int) k) g;

insert into conversation_messages (id, tenant_id, conversation_id, role, content, metadata, created_at, updated_at)
select seed.id('message', c.n * 10 + m), c.tenant_id, c.id, case m % 2 when 1 then 'user' else 'assistant' end,
  case m when 1 then coalesce(c.title, l.asks[1]) when 2 then l.replies[1 + c.n % cardinality(l.replies)] when 3 then l.asks[cardinality(l.asks)] else l.replies[cardinality(l.replies)] end,
  case m % 2 when 0 then jsonb_build_object('latency_ms', 400 + seed.pick(c.n * 10 + m, 5, 2600)) else '{}' end,
  c.created_at + interval '1 minute' * (m - 1), c.created_at + interval '1 minute' * (m - 1)
from (select v.*, t.locale, t.n * 1000 + row_number() over (order by v.id) as n from conversations v join seed.tenant t on t.id = v.tenant_id) c
join seed.locale l on l.code = c.locale
cross join generate_series(1, 4) m;
