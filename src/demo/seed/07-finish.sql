-- The generators are no part of the CRM. Without ANALYZE the planner knows nothing of these tables until autovacuum comes by.
set local client_min_messages = warning;
drop schema seed cascade;
-- Otherwise containment queries read the index's whole pending list, and the planner prefers the table.
select gin_clean_pending_list('idx_contacts_metadata');
analyze;
