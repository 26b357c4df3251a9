-- The nightly clean-up takes a notification that was read long ago. Keeps a few hundred, however long the demo runs.
delete from notifications
where id = (select id from notifications where id >= (select gen_random_uuid()) and read_at < now() - interval '3 days' order by id limit 1)
  and (select reltuples from pg_class where oid = 'notifications'::regclass) > 300;
