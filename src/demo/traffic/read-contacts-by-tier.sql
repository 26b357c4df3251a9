-- A segment of a mailing: containment on metadata, which idx_contacts_metadata serves.
select count(*) as contacts
from contacts c
where c.metadata @> '{"customer_tier": "Gold", "lead_source": "Trade fair"}';
