-- The shape production has drifted into (facts/production.md), small: what the console must still work on.
-- No schema_migrations, no tenant foreign keys, tenant.tenant_id instead of slug, subscription_tier instead of plan, an
-- audit_log written by the application, tables in singular and plural at once, and the manual's uncorrected e-mail trigger.
-- Run on an empty database as one multi-statement query. Fixed ids: tenants a0000000-0000-4000-8000-00000000000N.

create extension if not exists pgcrypto;

create table tenant (
  id uuid primary key default gen_random_uuid(),
  tenant_id text not null unique,              -- the legacy slug
  name varchar(255),
  branding_settings jsonb default '{}',
  subscription_tier text default 'free',
  status text default 'active',
  settings jsonb default '{}',
  metadata jsonb default '{}',
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  created_date timestamptz default now()
);

create table users (
  id uuid primary key default gen_random_uuid(),
  email text not null unique,
  first_name text,
  last_name text,
  role text default 'user',
  status text default 'active',
  tenant_id text,
  metadata jsonb default '{}',
  last_login timestamptz,
  created_at timestamptz default now(),
  updated_at timestamptz default now()
);

create table employees (
  id uuid primary key default gen_random_uuid(),
  tenant_id text not null,
  email text,
  first_name text not null,
  last_name text not null,
  role text,
  status text default 'active',
  phone text,
  department text,
  metadata jsonb default '{}',
  created_at timestamptz default now(),
  updated_at timestamptz default now()
);
create index idx_employees_tenant on employees (tenant_id);

create table accounts (
  id uuid primary key default gen_random_uuid(),
  tenant_id text not null,
  name text not null,
  type text,
  industry text,
  website text,
  metadata jsonb default '{}',
  created_at timestamptz default now(),
  updated_at timestamptz default now()
);
create index idx_accounts_tenant on accounts (tenant_id);

create table contacts (
  id uuid primary key default gen_random_uuid(),
  tenant_id text not null,
  account_id uuid references accounts (id) on delete set null,
  first_name text,
  last_name text,
  email text,
  phone text,
  status text default 'active',
  metadata jsonb default '{}',
  created_date timestamptz default now(),
  created_at timestamptz default now(),
  updated_at timestamptz default now()
);
create index idx_contacts_tenant on contacts (tenant_id);
create index idx_contacts_email on contacts (email);

create table leads (
  id uuid primary key default gen_random_uuid(),
  tenant_id text not null,
  first_name text,
  last_name text,
  email text,
  company text,
  status text default 'new',
  source text,
  metadata jsonb default '{}',
  created_at timestamptz default now(),
  updated_at timestamptz default now()
);

-- already converted to uuid, but without a foreign key
create table opportunities (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid,
  name text not null,
  account_id uuid references accounts (id) on delete set null,
  contact_id uuid,
  amount numeric(15,2) default 0,
  stage text default 'prospecting',
  close_date date,
  metadata jsonb default '{}',
  created_at timestamptz default now(),
  updated_at timestamptz default now()
);
create index idx_opportunities_tenant on opportunities (tenant_id);

create table activities (
  id uuid primary key default gen_random_uuid(),
  tenant_id text not null,
  type text not null,
  subject text,
  body text,
  related_id uuid,
  metadata jsonb default '{}',
  created_date timestamptz default now(),
  updated_date timestamptz default now()       -- no updated_at here
);

create table note (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenant (id) on delete cascade,
  related_type text,
  related_id uuid,
  title text,
  content text,
  created_at timestamptz default now(),
  updated_at timestamptz default now()
);

create table notes (
  id uuid primary key default gen_random_uuid(),
  tenant_id text not null,
  related_type text,
  related_id uuid,
  title text,
  content text,
  metadata jsonb default '{}',
  created_at timestamptz default now(),
  updated_at timestamptz default now()
);

create table notifications (
  id uuid primary key default gen_random_uuid(),
  tenant_id text,
  user_email text,
  title text not null,
  message text,
  is_read boolean default false,
  metadata jsonb default '{}',
  created_at timestamptz default now()
);

create table bizdev_source (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid,
  name text,
  metadata jsonb default '{}',
  created_at timestamptz default now()
);

create table bizdev_sources (
  id uuid primary key default gen_random_uuid(),
  tenant_id text not null,
  source text not null,
  company_name text,
  metadata jsonb default '{}',
  created_at timestamptz default now(),
  updated_at timestamptz default now()
);

create table cash_flow (
  id uuid primary key default gen_random_uuid(),
  tenant_id text not null,
  transaction_date date not null,
  amount numeric(15,2) not null,
  type text not null,
  metadata jsonb default '{}',
  created_at timestamptz default now()
);

create table modulesettings (
  id uuid primary key default gen_random_uuid(),
  tenant_id text not null,
  module_name text not null,
  settings jsonb default '{}',
  is_enabled boolean default true,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  unique (tenant_id, module_name)
);

create table api_key (
  id uuid primary key default gen_random_uuid(),
  tenant_id text not null,
  key_name text not null,
  key_value text not null,                     -- a secret in the clear: must be masked everywhere
  key_hash text,
  scopes jsonb default '[]',
  is_active boolean default true,
  created_at timestamptz default now()
);

create table workflow (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid,
  name text not null,
  trigger_type text,
  trigger_config jsonb default '{}',
  config jsonb default '{}',
  is_active boolean default true,
  created_at timestamptz default now(),
  updated_at timestamptz default now()
);

create table performance_log (
  id uuid primary key default gen_random_uuid(),
  tenant_id text,
  metric_name text not null,
  metric_value numeric,
  metadata jsonb default '{}',
  created_at timestamptz default now()
);

create table performance_logs (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid,
  method text,
  endpoint text,
  status_code integer,
  duration_ms integer,
  created_at timestamptz default now()
);

create table system_logs (
  id uuid primary key default gen_random_uuid(),
  tenant_id text,
  level text not null,
  message text not null,
  metadata jsonb default '{}',
  created_at timestamptz default now()
);

-- Written by the application with its own clock; created_at is nullable and no index is on it.
create table audit_log (
  id uuid primary key default gen_random_uuid(),
  tenant_id text,
  user_email text,
  action text not null,
  entity_type text,
  entity_id text,
  changes jsonb,
  ip_address text,
  user_agent text,
  request_id text,
  created_at timestamptz default now()
);

-- The manual's 6.5 word for word: it finds the row being updated itself, so every update of users or employees fails.
create function check_email_uniqueness()
returns trigger as $$
begin
  -- Check in users table
  if exists (select 1 from users where lower(email) = lower(new.email)) then
    raise exception 'Email already exists in users table';
  end if;

  -- Check in employees table
  if exists (select 1 from employees where lower(email) = lower(new.email)) then
    raise exception 'Email already exists in employees table';
  end if;

  return new;
end;
$$ language plpgsql;

create trigger users_email_uniqueness_check
  before insert or update on users
  for each row
  execute function check_email_uniqueness();

create trigger employees_email_uniqueness_check
  before insert or update on employees
  for each row
  execute function check_email_uniqueness();

alter table tenant enable row level security;
alter table contacts enable row level security;
create policy tenant_isolation_contacts on contacts
  using (tenant_id = current_setting('app.current_tenant_id', true));

-- Two tenants share a name; one row has nulls where the manual has defaults.
insert into tenant (id, tenant_id, name, subscription_tier, status, branding_settings, settings, metadata, created_at, updated_at, created_date) values
  ('a0000000-0000-4000-8000-000000000001', 'acme-corp', 'Acme Corporation', 'enterprise', 'active', '{"primary_color": "#FF5733"}', '{"timezone": "America/New_York"}', '{"ledger_id": 12345678901234567890}', '2025-01-15 09:00+00', '2025-10-01 12:00+00', '2025-01-15 09:00+00'),
  ('a0000000-0000-4000-8000-000000000002', 'local-tenant-001', 'Northwind Health', 'pro', 'active', '{}', '{}', '{"country": "US"}', '2025-02-20 10:00+00', '2025-09-11 08:30+00', '2025-02-20 10:00+00'),
  ('a0000000-0000-4000-8000-000000000003', 'northwind-health-2', 'Northwind Health', 'free', 'inactive', '{}', '{}', '{}', '2025-06-01 10:00+00', '2025-06-01 10:00+00', '2025-06-01 10:00+00'),
  ('a0000000-0000-4000-8000-000000000004', 'mueller', 'Müller & Söhne', null, null, null, null, null, null, null, '2025-03-03 07:15+00'),
  ('a0000000-0000-4000-8000-000000000005', 'a0000000-0000-4000-8000-000000000005', '東京商事', 'pro', 'active', '{}', '{"locale": "ja"}', '{}', '2025-07-07 00:00+00', '2025-07-08 00:00+00', '2025-07-07 00:00+00');

-- What a row's text tenant_id holds: the slug in older rows (odd numbers here), the UUID as text in newer ones.
create temporary table tenant_key as
select row_number() over (order by id)::int as n, id, tenant_id as slug, id::text as uuid_text from tenant;

-- A version 4 looking id that tests can compute again.
create function pg_temp.row_id(name text) returns uuid language sql immutable return
  overlay(overlay(md5(name) placing '4' from 13) placing '8' from 17)::uuid;

insert into users (id, email, first_name, last_name, role, tenant_id) values
  ('b0000000-0000-4000-8000-000000000001', 'root@aishacrm.example', 'Root', 'Admin', 'superadmin', null),
  ('b0000000-0000-4000-8000-000000000002', 'ops@aishacrm.example', 'On-call', 'Operator', 'superadmin', 'acme-corp');

insert into employees (id, tenant_id, email, first_name, last_name, role, metadata)
select pg_temp.row_id('employee' || t.n || '-' || k), case k % 2 when 1 then t.slug else t.uuid_text end, 'employee' || k || '@tenant' || t.n || '.example',
  (array['Jane', 'Jürgen', 'さくら'])[1 + (t.n + k) % 3], (array['Cooper', 'Weiß', '佐藤'])[1 + (t.n + k) % 3], case k when 1 then 'admin' else 'sales' end,
  '{"crm_access": true, "permissions": ["read", "write"]}'
from tenant_key t, generate_series(1, 3) k;

insert into accounts (id, tenant_id, name, type)
select pg_temp.row_id('account' || t.n || '-' || k), case k % 2 when 1 then t.slug else t.uuid_text end, 'Account ' || t.n || '.' || k, 'customer'
from tenant_key t, generate_series(1, 4) k;

insert into contacts (id, tenant_id, account_id, first_name, last_name, email, phone, metadata)
select pg_temp.row_id('contact' || t.n || '-' || k), case k % 2 when 1 then t.slug else t.uuid_text end, pg_temp.row_id('account' || t.n || '-' || (1 + k % 4)),
  'Contact', t.n || '.' || k, case when k = 5 then 'shared@advisory.example' else 'contact' || k || '@customer' || t.n || '.example' end, '+1555010' || t.n || k || '0',
  case k when 3 then null when 4 then to_jsonb('{"lead_source": "Website"}'::text) else jsonb_build_object('custom_fields', jsonb_build_object('lead_source', 'Website', 'rank', k)) end
from tenant_key t, generate_series(1, 8) k;

insert into leads (tenant_id, first_name, last_name, email, company, status)
select case k % 2 when 1 then t.slug else t.uuid_text end, 'Lead', t.n || '.' || k, 'lead' || k || '@prospect' || t.n || '.example', 'Prospect ' || k, (array['new', 'contacted', 'Unqualified'])[k]
from tenant_key t, generate_series(1, 3) k;

insert into opportunities (tenant_id, name, account_id, contact_id, amount, stage)
select t.id, 'Deal ' || t.n || '.' || k, pg_temp.row_id('account' || t.n || '-' || k), pg_temp.row_id('contact' || t.n || '-' || k), 1000.10 * k, (array['prospecting', 'proposal', 'closed_won'])[k]
from tenant_key t, generate_series(1, 3) k;

insert into activities (tenant_id, type, subject, related_id)
select case k % 2 when 1 then t.slug else t.uuid_text end, 'call', 'Call ' || k, pg_temp.row_id('contact' || t.n || '-' || k)
from tenant_key t, generate_series(1, 3) k;

insert into modulesettings (tenant_id, module_name, is_enabled, settings)
select case t.n % 2 when 1 then t.slug else t.uuid_text end, m, t.n <> 3 or m = 'leads', '{}'
from tenant_key t, unnest(array['leads', 'cash_flow', 'workflow']) m;

insert into note (tenant_id, title, content) select id, 'Old note', 'Kept in the singular table' from tenant_key where n <= 2;
insert into notes (tenant_id, title, content) select slug, 'New note', 'Kept in the plural table 📝' from tenant_key;
insert into notifications (tenant_id, user_email, title) select slug, 'employee1@tenant' || n || '.example', 'Welcome' from tenant_key;
insert into bizdev_source (tenant_id, name) select id, 'Website' from tenant_key where n <= 2;
insert into bizdev_sources (tenant_id, source, company_name) select uuid_text, 'Trade fair', 'Prospect ' || n from tenant_key;
insert into cash_flow (tenant_id, transaction_date, amount, type) select slug, current_date - n, 99.90 * n, 'income' from tenant_key;
insert into workflow (tenant_id, name, trigger_type, trigger_config, config) select id, 'Assign new leads', 'lead.created', '{"sources": ["Website"]}', '{"retries": 3}' from tenant_key where n <= 3;
insert into performance_log (tenant_id, metric_name, metric_value) select slug, 'response_time', 120 + n from tenant_key;
insert into performance_logs (tenant_id, method, endpoint, status_code, duration_ms) select id, 'GET', '/api/contacts', 200, 10 * n from tenant_key;
insert into system_logs (tenant_id, level, message) select case n when 5 then null else slug end, 'info', 'User signed in' from tenant_key;
insert into api_key (tenant_id, key_name, key_value, key_hash, scopes)
select slug, 'Website form', 'aisha_demo_not_a_key_' || n, encode(sha256(convert_to('demo' || n, 'UTF8')), 'hex'), '["leads:write"]' from tenant_key where n <= 2;

-- One document of changes an entry, in the three layouts the application has used; one entry without a time, one without a tenant.
insert into audit_log (id, tenant_id, user_email, action, entity_type, entity_id, changes, ip_address, user_agent, request_id, created_at)
select pg_temp.row_id('audit' || k), case when k = 11 then null when k % 3 = 0 then t.uuid_text else t.slug end,
  case k % 5 when 4 then null else 'employee' || (1 + k % 3) || '@tenant' || t.n || '.example' end,
  (array['create', 'update', 'update', 'delete', 'login'])[1 + k % 5],
  (array['contact', 'Contact', 'contacts'])[1 + k % 3], case when k = 17 then 'not-a-uuid' else pg_temp.row_id('contact' || t.n || '-' || (1 + k % 8))::text end,
  case k % 3
    when 0 then jsonb_build_object('before', jsonb_build_object('status', 'active'), 'after', jsonb_build_object('status', 'inactive'))
    when 1 then jsonb_build_object('status', jsonb_build_object('old', 'active', 'new', 'inactive'))
    else jsonb_build_object('status', 'inactive', 'phone', '+15550100000')
  end,
  '203.0.113.' || k, 'Mozilla/5.0', 'req-' || k,
  case when k = 7 then null else now() - interval '1 hour' * k end
from generate_series(1, 40) k
join tenant_key t on t.n = 1 + k % 5;

drop table tenant_key;
analyze;
