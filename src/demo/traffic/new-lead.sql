-- The website form of a tenant brings a lead: written by the API's own role, for nobody in particular.
insert into leads (tenant_id, bizdev_source_id, first_name, last_name, company, email, phone, source, status, score, metadata)
select d.tenant_id, d.bizdev_source_id, d.first_name, d.last_name, d.company,
  'form.' || substr(md5(random()::text), 1, 6) || '@' || split_part(d.email, '@', 2),
  d.phone, 'Website', 'new', floor(random() * 60)::int,
  jsonb_build_object('custom_fields', jsonb_build_object('budget', 1000 * (1 + floor(random() * 40)::int)), 'utm_campaign', 'newsletter')
from (select * from leads where id >= (select gen_random_uuid()) order by id limit 1) d;
