-- ============================================
-- Migration: 050_flatten_tenant_metadata.sql
-- Description: Plan and status of a tenant become columns instead of metadata keys
-- Date: 2025-11-13
-- Author: Admin
-- ============================================

-- Databases younger than 006's revision have both columns already, and nothing to move.
ALTER TABLE tenant ADD COLUMN IF NOT EXISTS plan VARCHAR(50) DEFAULT 'free';
ALTER TABLE tenant ADD COLUMN IF NOT EXISTS status VARCHAR(50) DEFAULT 'active';
CREATE INDEX IF NOT EXISTS idx_tenant_status ON tenant(status);

UPDATE tenant
SET plan = COALESCE(metadata->>'plan', plan),
    status = COALESCE(metadata->>'status', status),
    metadata = metadata - 'plan' - 'status'
WHERE jsonb_typeof(metadata) = 'object'
  AND metadata ?| ARRAY['plan', 'status'];
