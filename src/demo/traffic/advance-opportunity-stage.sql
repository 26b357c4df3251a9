-- A deal moves to its next stage; at the end some are lost.
with actor as materialized (
  select o.id, set_config('app.current_user', coalesce(e.email, 'postgres'), true) as name
  from (select id, owner_id from opportunities where id >= (select gen_random_uuid()) and status = 'open' order by id limit 1) o
  left join employees e on e.id = o.owner_id
),
next (stage, next_stage, probability) as (
  values ('prospecting', 'qualification', 25), ('qualification', 'proposal', 50), ('proposal', 'negotiation', 75),
    ('negotiation', case when random() < 0.6 then 'closed_won' else 'closed_lost' end, null)
)
update opportunities
set stage = next.next_stage,
  status = case next.next_stage when 'closed_won' then 'won' when 'closed_lost' then 'lost' else 'open' end,
  probability = coalesce(next.probability, case next.next_stage when 'closed_won' then 100 else 0 end),
  close_date = case when next.next_stage like 'closed%' then current_date else opportunities.close_date end
from actor, next
where opportunities.id = actor.id and next.stage = opportunities.stage and actor.name <> '';
