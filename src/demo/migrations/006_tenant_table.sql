-- ============================================
-- Migration: 006_tenant_table.sql
-- Description: Multi-tenancy: the tenant table, and a foreign key to it from every tenant-scoped table
-- Date: 2025-01-15
-- Author: Admin
-- ============================================

CREATE TABLE IF NOT EXISTS tenant (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  name VARCHAR(255) NOT NULL,
  slug VARCHAR(100) UNIQUE,              -- Legacy, for URLs only
  status VARCHAR(50) DEFAULT 'active',
  plan VARCHAR(50) DEFAULT 'free',
  metadata JSONB DEFAULT '{}',
  created_at TIMESTAMPTZ DEFAULT NOW(),
  updated_at TIMESTAMPTZ DEFAULT NOW()
);

-- Index for fast lookups
CREATE INDEX IF NOT EXISTS idx_tenant_slug ON tenant(slug);
CREATE INDEX IF NOT EXISTS idx_tenant_status ON tenant(status);

-- A superadmin outlives the tenant; everything else goes with it.
ALTER TABLE users DROP CONSTRAINT IF EXISTS users_tenant_id_fkey;
ALTER TABLE users ADD CONSTRAINT users_tenant_id_fkey
  FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE SET NULL;

ALTER TABLE employees DROP CONSTRAINT IF EXISTS employees_tenant_id_fkey;
ALTER TABLE employees ADD CONSTRAINT employees_tenant_id_fkey
  FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE CASCADE;

ALTER TABLE accounts DROP CONSTRAINT IF EXISTS accounts_tenant_id_fkey;
ALTER TABLE accounts ADD CONSTRAINT accounts_tenant_id_fkey
  FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE CASCADE;

ALTER TABLE contacts DROP CONSTRAINT IF EXISTS contacts_tenant_id_fkey;
ALTER TABLE contacts ADD CONSTRAINT contacts_tenant_id_fkey
  FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE CASCADE;

ALTER TABLE leads DROP CONSTRAINT IF EXISTS leads_tenant_id_fkey;
ALTER TABLE leads ADD CONSTRAINT leads_tenant_id_fkey
  FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE CASCADE;

ALTER TABLE opportunities DROP CONSTRAINT IF EXISTS opportunities_tenant_id_fkey;
ALTER TABLE opportunities ADD CONSTRAINT opportunities_tenant_id_fkey
  FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE CASCADE;

ALTER TABLE activities DROP CONSTRAINT IF EXISTS activities_tenant_id_fkey;
ALTER TABLE activities ADD CONSTRAINT activities_tenant_id_fkey
  FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE CASCADE;

ALTER TABLE notes DROP CONSTRAINT IF EXISTS notes_tenant_id_fkey;
ALTER TABLE notes ADD CONSTRAINT notes_tenant_id_fkey
  FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE CASCADE;

ALTER TABLE notifications DROP CONSTRAINT IF EXISTS notifications_tenant_id_fkey;
ALTER TABLE notifications ADD CONSTRAINT notifications_tenant_id_fkey
  FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE CASCADE;

ALTER TABLE api_key DROP CONSTRAINT IF EXISTS api_key_tenant_id_fkey;
ALTER TABLE api_key ADD CONSTRAINT api_key_tenant_id_fkey
  FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE CASCADE;

ALTER TABLE modulesettings DROP CONSTRAINT IF EXISTS modulesettings_tenant_id_fkey;
ALTER TABLE modulesettings ADD CONSTRAINT modulesettings_tenant_id_fkey
  FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE CASCADE;

ALTER TABLE bizdev_sources DROP CONSTRAINT IF EXISTS bizdev_sources_tenant_id_fkey;
ALTER TABLE bizdev_sources ADD CONSTRAINT bizdev_sources_tenant_id_fkey
  FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE CASCADE;
