-- Sixty tenants with their people and settings. Triggers and foreign-key checks are off while loading:
-- the seed writes its own audit entries (06) and test/ checks that every reference is met.
set local session_replication_role = replica;

-- size is the number of contacts; the other tables follow from it.
create table seed.tenant (
  n bigint primary key, name text, slug text, locale text, status text, plan text, created_at timestamptz, size int,
  id uuid, employees int, accounts int, domain text
);
insert into seed.tenant (n, name, slug, locale, status, plan, created_at, size)
select t.* from (values
  (1, 'Acme Corporation', 'acme-corp', 'en', 'active', 'enterprise', timestamptz '2025-01-15 09:12:44.318+00', 560),
  (2, 'Acme Labs', 'acme-labs', 'en', 'trial', 'free', '2025-06-02 14:05:09.77+00', 14),
  (3, 'Pacme Ltd', 'pacme', 'en', 'paused', 'pro', '2025-03-11 08:31:57.2+00', 60),
  (4, 'Nordlicht Logistik GmbH', 'nordlicht-logistik', 'de', 'active', 'enterprise', '2025-02-06 07:44:12+00', 370),
  (5, 'Maison Lefèvre & Fils', 'maison-lefevre', 'fr', 'active', 'pro', '2025-02-19 10:02:33+00', 240),
  (6, 'İstanbul Gıda A.Ş.', 'istanbul-gida', 'tr', 'active', 'enterprise', '2025-03-03 11:20:00+00', 280),
  (7, '東京システム株式会社', 'tokyo-systems', 'ja', 'active', 'enterprise', '2025-03-21 01:15:48+00', 300),
  (8, 'شركة النخيل للتجارة', 'alnakheel-trading', 'ar', 'active', 'pro', '2025-04-07 06:40:21+00', 190),
  (9, 'הגליל תוכנה בע״מ', 'hagalil-software', 'he', 'active', 'pro', '2025-04-15 08:08:08+00', 160),
  (10, 'Żubr Transport sp. z o.o.', 'zubr-transport', 'pl', 'active', 'pro', '2025-04-28 12:33:10+00', 170),
  (11, 'Mediterráneo Foods S.L.', 'mediterraneo-foods', 'es', 'active', 'pro', '2025-05-06 09:50:02+00', 150),
  (12, '上海远航物流有限公司', 'yuanhang-logistics', 'zh', 'active', 'enterprise', '2025-05-12 03:27:45+00', 210),
  (13, 'Αιγαίο Ναυτιλία Α.Ε.', 'aigaio-shipping', 'el', 'active', 'pro', '2025-05-30 07:11:11+00', 110),
  (14, 'ТОО «Байтерек Сервис»', 'baiterek', 'ru', 'active', 'pro', '2025-06-09 05:55:39+00', 120),
  (15, '한빛전자', 'hanbit', 'ko', 'active', 'enterprise', '2025-06-23 02:02:02+00', 130),
  (16, 'गंगा टेक प्रा. लि.', 'ganga-tech', 'hi', 'active', 'pro', '2025-07-01 04:36:17+00', 100),
  (17, 'Harborline Health Inc.', 'harborline-health', 'en', 'active', 'enterprise', '2025-02-11 15:44:00+00', 130),
  (18, 'Bluepeak Software', 'bluepeak', 'en', 'active', 'pro', '2025-03-27 17:21:09+00', 75),
  (19, 'Ironwood Partners LLP', 'ironwood-partners', 'en', 'suspended', 'pro', '2025-04-02 13:13:13+00', 40),
  (20, 'Silverlake Energy', 'silverlake-energy', 'en', 'active', 'business', '2025-06-17 19:30:30+00', 66),
  (21, 'Weißdorn Pflege GmbH & Co. KG', 'weissdorn-pflege', 'de', 'active', 'pro', '2025-05-21 08:00:27+00', 58),
  (22, 'Köhler Maschinenbau', 'koehler-maschinenbau', 'de', 'paused', 'pro', '2025-07-14 06:12:40+00', 33),
  (23, 'Rheinwerk Technik', 'rheinwerk-technik', 'de', 'active', 'starter', '2025-09-02 07:07:52+00', 17),
  (24, 'Étoile Conseil', 'etoile-conseil', 'fr', 'active', 'business', '2025-06-30 09:41:05+00', 47),
  (25, 'Transports Grand Ouest', 'grand-ouest', 'fr', 'suspended', 'pro', '2025-08-18 11:11:31+00', 26),
  (26, 'Cigüeña Viajes', 'ciguena-viajes', 'es', 'active', 'starter', '2025-08-04 10:10:44+00', 21),
  (27, 'Ingeniería Ibérica', 'ingenieria-iberica', 'es', 'cancelled', 'pro', '2025-03-05 16:45:59+00', 30),
  (28, 'Łódzka Fabryka Mebli', 'lodzka-fabryka', 'pl', 'active', 'pro', '2025-07-22 13:24:35+00', 38),
  (29, 'Podhale Żywność', 'podhale-zywnosc', 'pl', 'trial', 'free', '2025-10-09 08:48:48+00', 6),
  (30, 'Çınar Yazılım', 'cinar-yazilim', 'tr', 'active', 'business', '2025-08-27 12:01:12+00', 44),
  (31, 'Şelale Turizm', 'selale-turizm', 'tr', 'cancelled', 'starter', '2025-04-19 09:30:30+00', 12),
  (32, 'Όλυμπος Ενέργεια', 'olympos-energeia', 'el', 'active', 'starter', '2025-09-15 10:25:19+00', 15),
  (33, 'Северное Сияние', 'siyanie', 'ru', 'active', 'starter', '2025-09-29 04:19:06+00', 18),
  (34, 'اللؤلؤة للتقنية', 'allulua-tech', 'ar', 'active', 'business', '2025-09-08 07:57:23+00', 36),
  (35, 'כרמל אנרגיה', 'carmel-energy', 'he', 'trial', 'free', '2025-10-13 11:40:00+00', 7),
  (36, '成都明月贸易', 'mingyue-trading', 'zh', 'active', 'starter', '2025-10-01 02:20:20+00', 22),
  (37, '大阪みなと物流', 'minato-logistics', 'ja', 'active', 'business', '2025-08-11 00:59:41+00', 41),
  (38, '부산식품', 'busan-foods', 'ko', 'trial', 'pro', '2025-10-20 05:05:55+00', 9),
  (39, 'सूर्य ऊर्जा', 'surya-urja', 'hi', 'active', 'starter', '2025-10-06 06:33:27+00', 13),
  (40, 'Clearwater Foods', 'clearwater-foods', 'en', 'active', 'starter', '2025-09-24 18:18:48+00', 19),
  (41, 'Lighthouse & Sons 🗼', 'lighthouse-sons', 'en', 'active', 'pro', '2025-07-29 14:59:03+00', 29),
  (42, 'Greenfield Robotics', 'greenfield-robotics', 'en', 'trial', 'pro', '2025-10-27 20:06:14+00', 8),
  (43, 'Summit Dental Group', 'summit-dental', 'en', 'cancelled', 'free', '2025-05-15 15:15:51+00', 5),
  (44, 'O''Neill Brothers Builders', 'oneill-brothers', 'en', 'active', 'free', '2025-10-02 16:22:38+00', 10),
  (45, 'Zhang Family Clinics', 'zhang-clinics', 'en', 'active', 'starter', '2025-08-21 17:47:29+00', 16),
  (46, 'Bäckerei Süß', 'baeckerei-suess', 'de', 'active', 'free', '2025-10-16 05:31:00+00', 4),
  (47, 'Hansa Großhandel', 'hansa-grosshandel', 'de', 'trial', 'pro', '2025-10-30 09:09:09+00', 6),
  (48, 'Atelier Océane', 'atelier-oceane', 'fr', 'active', 'free', '2025-10-22 13:37:00+00', 5),
  (49, 'Olivar del Sur', 'olivar-del-sur', 'es', 'trial', 'free', '2025-11-03 10:44:26+00', 3),
  (50, 'Wisła Usługi', 'wisla-uslugi', 'pl', 'suspended', 'starter', '2025-06-26 07:15:15+00', 11),
  (51, 'Boğaziçi Danışmanlık', 'bogazici-danismanlik', 'tr', 'active', 'free', '2025-11-05 12:54:02+00', 4),
  (52, 'Ποσειδών Τρόφιμα', 'poseidon-trofima', 'el', 'trial', 'free', '2025-11-07 08:21:34+00', 2),
  (53, 'Маяк Торг', 'mayak-torg', 'ru', 'paused', 'free', '2025-10-11 06:06:46+00', 3),
  (54, 'الصقر للمقاولات', 'alsaqr', 'ar', 'paused', 'starter', '2025-07-09 05:38:11+00', 12),
  (55, 'מגדלור יועצים', 'migdalor', 'he', 'active', 'free', '2025-10-29 14:14:14+00', 4),
  (56, '杭州华信医疗', 'huaxin-medical', 'zh', 'trial', 'free', '2025-11-10 03:03:33+00', 2),
  (57, '札幌フーズ', 'sapporo-foods', 'ja', 'active', 'free', '2025-11-02 23:45:57+00', 3),
  (58, 'Ferreira & Walker', 'ferreira-walker', 'en', 'trial', 'pro', now() - interval '9 days', 2),
  (59, 'Vallée Santé', 'vallee-sante', 'fr', 'trial', 'free', now() - interval '2 days 7 hours', 1),
  (60, 'Redstone', 'redstone', 'en', 'trial', 'free', now() - interval '3 hours', 0)
) t (n, name, slug, locale, status, plan, created_at, size);

update seed.tenant set
  id = case n when 1 then 'f47ac10b-58cc-4372-a567-0e02b2c3d479' else seed.id('tenant', n) end,
  employees = case when size < 3 then 1 else ceil(2 + size / 14.0) end,
  accounts = case size when 0 then 0 else 1 + size / 3 end,
  domain = case n when 1 then 'acme' else slug end || '.example';

-- Metadata of all four kinds of the manual's 3.4, mixed.
insert into tenant (id, name, slug, status, plan, metadata, created_at, updated_at)
select t.id, t.name, t.slug, t.status, t.plan,
  case when t.n = 1 then
    '{"custom_fields": {"account_manager": "Dana Whitfield", "contract_number": "AC-2025-0001", "renewal_notice_days": 90},
      "integrations": {"stripe_customer_id": "cus_NffrFeUfNV2Hib", "salesforce_id": "003xx000004TmiQ", "webhook_secret": "whsec_demo_not_a_secret"},
      "ui_preferences": {"color": "#FF5733", "tags": ["vip", "enterprise"]},
      "feature_flags": {"ai_assistant": true, "beta_reports": true, "max_contacts": 25000},
      "billing": {"seat_price": 49.90, "ledger_id": 12345678901234567890}}'
  else
    jsonb_build_object('custom_fields', jsonb_build_object('country', l.country, 'account_manager', (array['Dana Whitfield', 'Rui Ferreira', 'Heike Vogel'])[1 + t.n % 3]))
    || case when t.plan <> 'free' then jsonb_build_object('integrations', jsonb_build_object('stripe_customer_id', 'cus_' || substr(md5(t.slug), 1, 14))) else '{}' end
    || case t.n % 3 when 0 then jsonb_build_object('feature_flags', jsonb_build_object('ai_assistant', t.n % 2 = 0, 'max_contacts', 500 * (1 + t.n % 5))) else '{}' end
    || case t.n % 4 when 1 then jsonb_build_object('ui_preferences', jsonb_build_object('color', '#' || upper(substr(md5(t.slug), 1, 6)), 'tags', jsonb_build_array(l.code, t.plan))) else '{}' end
  end,
  t.created_at,
  seed.changed(t.created_at, t.n)
from seed.tenant t
join seed.locale l on l.code = t.locale;

insert into users (id, tenant_id, email, first_name, last_name, role, status, last_login_at, metadata, created_at, updated_at)
select seed.id('user', u.n), home.id, u.email, u.first_name, u.last_name, u.role, u.status,
  case when u.status = 'active' then now() - interval '5 days' * seed.u(u.n, 11) end,
  jsonb_build_object('crm_access', u.status = 'active', 'permissions', case u.role when 'superadmin' then '["read", "write", "delete"]' else '["read"]'::jsonb end,
    'supabase_auth_id', seed.id('auth', u.n)),
  timestamptz '2025-01-15 08:00:00+00' + interval '9 days' * u.n,
  seed.changed(timestamptz '2025-01-15 08:00:00+00' + interval '9 days' * u.n, u.n)
from (values
  (1, 'dana.whitfield@aishacrm.example', 'Dana', 'Whitfield', 'superadmin', 'active', null),
  (2, 'rui.ferreira@aishacrm.example', 'Rui', 'Ferreira', 'superadmin', 'active', null),
  (3, 'heike.vogel@aishacrm.example', 'Heike', 'Vogel', 'superadmin', 'active', null),
  (4, 'support@aishacrm.example', 'Support', 'Desk', 'support', 'active', null),
  (5, 'billing@aishacrm.example', 'Billing', 'Desk', 'support', 'active', null),
  (6, 'tomasz.krol@aishacrm.example', 'Tomasz', 'Król', 'superadmin', 'inactive', null),
  (7, 'auditor@acme.example', 'External', 'Auditor', 'auditor', 'active', 1),
  (8, 'audit@nordlicht-logistik.example', 'Käthe', 'Groß', 'auditor', 'active', 4),
  (9, 'kansa@tokyo-systems.example', '健一', '五十嵐', 'auditor', 'inactive', 7),
  (10, 'ops@aishacrm.example', 'On-call', 'Operator', 'superadmin', 'active', null)
) u (n, email, first_name, last_name, role, status, home_n)
left join seed.tenant home on home.n = u.home_n;

-- What 002_seed.sql wrote dates from the first installation.
update users set created_at = '2025-01-15 08:00:00+00', updated_at = '2025-01-15 08:00:00+00' where email = 'admin@example.com';
update system_logs set created_at = '2025-01-15 08:00:00+00', updated_at = '2025-01-15 08:00:00+00';

-- The e-mail of an employee is unique over all tenants and users: it is at the tenant's own domain.
insert into employees (id, tenant_id, email, first_name, last_name, role, job_title, status, last_login_at, metadata, created_at, updated_at)
select seed.id('employee', g.n), t.id,
  case when g.n = 100000 then 'jane' else g.first_latin || case when g.k < g.firsts then '' else '.' || g.last_latin end || case when g.k < g.combinations then '' else (g.k / g.combinations)::text end end
    || '@' || t.domain,
  case when g.n = 100000 then 'Jane' else g.first_name end, case when g.n = 100000 then 'Cooper' else g.last_name end,
  g.role,
  case g.role when 'admin' then 'CRM Administrator' when 'manager' then 'Sales Manager' when 'support' then 'Customer Success' when 'viewer' then 'Controller' else 'Account Executive' end,
  g.status,
  case when g.status = 'active' and g.k % 9 < 8 then now() - least(interval '20 days', now() - t.created_at) * power(seed.u(g.n, 12), 2) end,
  case when g.k % 4 = 3
    then jsonb_build_object('crm_access', g.status = 'active', 'permissions', '["read"]'::jsonb, 'ui_preferences', jsonb_build_object('theme', 'dark', 'language', t.locale))
    else jsonb_build_object('crm_access', g.status = 'active', 'permissions', case when g.role in ('admin', 'manager') then '["read", "write", "delete"]' else '["read", "write"]'::jsonb end,
           'supabase_auth_id', seed.id('auth-employee', g.n))
  end,
  g.created_at,
  seed.changed(g.created_at, g.n)
from seed.tenant t
join seed.locale l on l.code = t.locale
cross join lateral (
  select t.n * 100000 + k as n, k, cardinality(l.first_names) as firsts, cardinality(l.first_names) * cardinality(l.last_names) as combinations,
    l.first_names[1 + k % cardinality(l.first_names)] as first_name, l.first_latin[1 + k % cardinality(l.first_names)] as first_latin,
    l.last_names[1 + (k / cardinality(l.first_names) + k + t.n) % cardinality(l.last_names)] as last_name,
    l.last_latin[1 + (k / cardinality(l.first_names) + k + t.n) % cardinality(l.last_names)] as last_latin,
    case when k = 0 then 'admin' when k % 7 = 1 then 'manager' when k % 7 = 5 then 'support' when k % 11 = 8 then 'viewer' else 'sales' end as role,
    case when k > 2 and k % 10 = 6 then 'inactive' else 'active' end as status,
    case when k < 3 then t.created_at + interval '11 minutes' * k else seed.since(t.created_at, t.n * 100000 + k, 13) end as created_at
  from generate_series(0, t.employees - 1) k
) g;

insert into modulesettings (id, tenant_id, module_name, is_enabled, settings, created_at, updated_at)
select seed.id('module', t.n * 100 + m.k), t.id, m.module_name,
  case when t.n = 1 then m.module_name <> 'cash_flow' when t.plan = 'free' then m.k <= 3 else seed.pick(t.n * 100 + m.k, 21, 10) < m.likely end,
  case m.module_name
    when 'leads' then jsonb_build_object('auto_assign', t.n % 2 = 0, 'stale_after_days', 14)
    when 'cash_flow' then jsonb_build_object('currency', l.currency, 'fiscal_year_start', 1 + 3 * (t.n % 2))
    when 'ai_assistant' then jsonb_build_object('language', t.locale, 'temperature', 0.30)
    else '{}'
  end,
  t.created_at, seed.changed(t.created_at, t.n * 100 + m.k)
from seed.tenant t
join seed.locale l on l.code = t.locale
cross join (values (0, 'contacts', 10), (1, 'leads', 10), (2, 'opportunities', 9), (3, 'activities', 9), (4, 'workflow', 6), (5, 'cash_flow', 4),
  (6, 'ai_assistant', 6), (7, 'reports', 7)) m (k, module_name, likely);

insert into systembranding (id, tenant_id, display_name, logo_url, primary_color, settings, created_at, updated_at)
select seed.id('branding', t.n), t.id, t.name, 'https://cdn.aishacrm.example/logos/' || t.slug || '.svg', '#' || upper(substr(md5(t.slug), 7, 6)),
  jsonb_build_object('hide_powered_by', t.plan = 'enterprise', 'direction', case when t.locale in ('ar', 'he') then 'rtl' else 'ltr' end),
  t.created_at, seed.changed(t.created_at, t.n + 500)
from seed.tenant t
where t.plan <> 'free';

-- Only what an administrator may see: the first characters and a hash of a key that never existed.
insert into api_key (id, tenant_id, created_by_id, name, key_prefix, key_hash, scopes, is_active, last_used_at, expires_at, created_at, updated_at)
select seed.id('key', t.n * 10 + k), t.id, seed.id('employee', t.n * 100000), (array['Website form', 'Zapier', 'Data warehouse'])[k],
  'aisha_' || substr(md5(t.slug || k), 1, 6), encode(sha256(convert_to('demo' || t.slug || k, 'UTF8')), 'hex'),
  (array['["leads:write"]', '["contacts:read", "leads:write"]', '["read:all"]'])[k]::jsonb,
  (t.n + k) % 7 <> 0, case when (t.n + k) % 5 > 0 then now() - interval '3 days' * seed.u(t.n, 22 + k) end,
  case k when 3 then now() + interval '1 day' * (t.n * 9 - 30) end,
  t.created_at + interval '2 days' * k, t.created_at + interval '2 days' * k
from seed.tenant t
cross join generate_series(1, case t.plan when 'enterprise' then 3 when 'pro' then 2 when 'business' then 1 else 0 end) k
where t.created_at < now() - interval '7 days';

insert into bizdev_sources (id, tenant_id, name, type, url, is_active, metadata, created_at, updated_at)
select seed.id('source', t.n * 10 + s.k), t.id, s.name, s.type, s.url, seed.pick(t.n, 30 + s.k, 6) > 0,
  jsonb_build_object('cost_per_lead', round((seed.u(t.n, 40 + s.k) * 90)::numeric, 2)),
  t.created_at, least(t.created_at + interval '1 day', now())
from seed.tenant t
cross join (values (0, 'Website', 'website', 'https://www.example.com/contact'), (1, 'Referral', 'referral', null), (2, 'LinkedIn', 'social', 'https://www.linkedin.com/company/example'),
  (3, 'Trade fair', 'event', null), (4, 'Cold outreach', 'outbound', null)) s (k, name, type, url)
where t.size >= 10 or s.k < 2;
