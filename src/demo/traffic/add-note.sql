-- A note on an account, in the words of an earlier one.
insert into notes (tenant_id, author_id, related_type, related_id, content)
select n.tenant_id, n.author_id, n.related_type, n.related_id, n.content
from (select * from notes where id >= (select gen_random_uuid()) order by id limit 1) n;
