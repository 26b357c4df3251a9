-- ============================================
-- Migration: 004_create_modulesettings.sql
-- Description: Feature toggles per tenant
-- Date: 2025-01-15
-- Author: Admin
-- ============================================

CREATE TABLE IF NOT EXISTS modulesettings (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id UUID NOT NULL,
  module_name VARCHAR(100) NOT NULL,
  is_enabled BOOLEAN NOT NULL DEFAULT true,
  settings JSONB NOT NULL DEFAULT '{}',
  created_at TIMESTAMPTZ DEFAULT NOW(),
  updated_at TIMESTAMPTZ DEFAULT NOW()
);

ALTER TABLE modulesettings DROP CONSTRAINT IF EXISTS modulesettings_tenant_id_module_name_unique;
ALTER TABLE modulesettings ADD CONSTRAINT modulesettings_tenant_id_module_name_unique UNIQUE (tenant_id, module_name);
