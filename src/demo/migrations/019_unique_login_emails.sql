-- ============================================
-- Migration: 019_unique_login_emails.sql
-- Description: Unique e-mails of users and employees
-- Date: 2025-07-07
-- Author: 4V Data Consulting
-- ============================================

ALTER TABLE users DROP CONSTRAINT IF EXISTS users_email_unique;
ALTER TABLE users ADD CONSTRAINT users_email_unique UNIQUE (email);

-- Only active users must have unique email
CREATE UNIQUE INDEX IF NOT EXISTS users_email_unique_active
  ON users(email)
  WHERE status = 'active';

-- Email must be unique per tenant
ALTER TABLE employees DROP CONSTRAINT IF EXISTS employees_email_tenant_unique;
ALTER TABLE employees ADD CONSTRAINT employees_email_tenant_unique UNIQUE (email, tenant_id);
