-- ============================================
-- Migration: 032_normalize_foreign_keys.sql
-- Description: Give every foreign key the ON DELETE rule of the entity model
-- Date: 2025-11-08
-- Author: Admin
-- ============================================

ALTER TABLE accounts DROP CONSTRAINT IF EXISTS accounts_owner_id_fkey;
ALTER TABLE accounts ADD CONSTRAINT accounts_owner_id_fkey
  FOREIGN KEY (owner_id) REFERENCES employees(id) ON DELETE SET NULL;

ALTER TABLE contacts DROP CONSTRAINT IF EXISTS contacts_account_id_fkey;
ALTER TABLE contacts ADD CONSTRAINT contacts_account_id_fkey
  FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE SET NULL;

ALTER TABLE contacts DROP CONSTRAINT IF EXISTS contacts_owner_id_fkey;
ALTER TABLE contacts ADD CONSTRAINT contacts_owner_id_fkey
  FOREIGN KEY (owner_id) REFERENCES employees(id) ON DELETE SET NULL;

ALTER TABLE leads DROP CONSTRAINT IF EXISTS leads_owner_id_fkey;
ALTER TABLE leads ADD CONSTRAINT leads_owner_id_fkey
  FOREIGN KEY (owner_id) REFERENCES employees(id) ON DELETE SET NULL;

ALTER TABLE leads DROP CONSTRAINT IF EXISTS leads_bizdev_source_id_fkey;
ALTER TABLE leads ADD CONSTRAINT leads_bizdev_source_id_fkey
  FOREIGN KEY (bizdev_source_id) REFERENCES bizdev_sources(id) ON DELETE SET NULL;

ALTER TABLE opportunities DROP CONSTRAINT IF EXISTS opportunities_account_id_fkey;
ALTER TABLE opportunities ADD CONSTRAINT opportunities_account_id_fkey
  FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE SET NULL;

ALTER TABLE opportunities DROP CONSTRAINT IF EXISTS opportunities_contact_id_fkey;
ALTER TABLE opportunities ADD CONSTRAINT opportunities_contact_id_fkey
  FOREIGN KEY (contact_id) REFERENCES contacts(id) ON DELETE SET NULL;

ALTER TABLE opportunities DROP CONSTRAINT IF EXISTS opportunities_owner_id_fkey;
ALTER TABLE opportunities ADD CONSTRAINT opportunities_owner_id_fkey
  FOREIGN KEY (owner_id) REFERENCES employees(id) ON DELETE SET NULL;

ALTER TABLE activities DROP CONSTRAINT IF EXISTS activities_owner_id_fkey;
ALTER TABLE activities ADD CONSTRAINT activities_owner_id_fkey
  FOREIGN KEY (owner_id) REFERENCES employees(id) ON DELETE SET NULL;

ALTER TABLE notes DROP CONSTRAINT IF EXISTS notes_author_id_fkey;
ALTER TABLE notes ADD CONSTRAINT notes_author_id_fkey
  FOREIGN KEY (author_id) REFERENCES employees(id) ON DELETE SET NULL;

ALTER TABLE notifications DROP CONSTRAINT IF EXISTS notifications_employee_id_fkey;
ALTER TABLE notifications ADD CONSTRAINT notifications_employee_id_fkey
  FOREIGN KEY (employee_id) REFERENCES employees(id) ON DELETE CASCADE;

ALTER TABLE api_key DROP CONSTRAINT IF EXISTS api_key_created_by_id_fkey;
ALTER TABLE api_key ADD CONSTRAINT api_key_created_by_id_fkey
  FOREIGN KEY (created_by_id) REFERENCES employees(id) ON DELETE SET NULL;

-- Circular: accounts references contacts, contacts references accounts.
ALTER TABLE accounts DROP CONSTRAINT IF EXISTS fk_accounts_primary_contact;
ALTER TABLE accounts
  ADD CONSTRAINT fk_accounts_primary_contact
  FOREIGN KEY (primary_contact_id)
  REFERENCES contacts(id)
  ON DELETE SET NULL;
