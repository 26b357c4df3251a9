-- ============================================
-- Migration: 015_contact_constraints.sql
-- Description: A contact's e-mail is unique within its tenant; e-mail and phone must look like one
-- Date: 2025-05-19
-- Author: 4V Data Consulting
-- ============================================

ALTER TABLE contacts DROP CONSTRAINT IF EXISTS contacts_email_unique;
ALTER TABLE contacts ADD CONSTRAINT contacts_email_unique UNIQUE (email, tenant_id);

ALTER TABLE contacts DROP CONSTRAINT IF EXISTS contacts_email_check;
ALTER TABLE contacts ADD CONSTRAINT contacts_email_check
  CHECK (email ~* '^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Z|a-z]{2,}$');

ALTER TABLE contacts DROP CONSTRAINT IF EXISTS contacts_phone_check;
ALTER TABLE contacts ADD CONSTRAINT contacts_phone_check
  CHECK (phone ~ '^\+?[0-9]{10,15}$');
