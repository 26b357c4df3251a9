-- ============================================
-- Migration: ROLLBACK_050_flatten_tenant_metadata.sql
-- Description: Puts plan and status back into metadata and drops the columns
-- Date: 2025-11-13
-- Author: Admin
-- ============================================

DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name = 'tenant' AND column_name = 'plan') THEN
    UPDATE tenant
    SET metadata = COALESCE(metadata, '{}') || jsonb_build_object('plan', plan, 'status', status)
    WHERE metadata IS NULL OR jsonb_typeof(metadata) = 'object';
  END IF;
END $$;

ALTER TABLE tenant DROP COLUMN IF EXISTS plan;
ALTER TABLE tenant DROP COLUMN IF EXISTS status;
