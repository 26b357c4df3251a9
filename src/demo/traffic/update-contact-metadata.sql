-- A salesperson notes how a contact likes to be reached. Documents that are not objects are left for the operator to find.
with actor as materialized (
  select c.id, set_config('app.current_user', coalesce(e.email, 'postgres'), true) as name
  from (select id, owner_id from contacts where id >= (select gen_random_uuid()) and jsonb_typeof(metadata) = 'object' order by id limit 1) c
  left join employees e on e.id = c.owner_id
)
update contacts
set metadata = contacts.metadata || jsonb_build_object('custom_fields',
  case when jsonb_typeof(contacts.metadata->'custom_fields') = 'object' then contacts.metadata->'custom_fields' else '{}' end
    || jsonb_build_object('preferred_contact_time', (array['Morning', 'Noon', 'Afternoon', 'Evening'])[1 + floor(random() * 4)::int]))
from actor
where contacts.id = actor.id and actor.name <> '';
