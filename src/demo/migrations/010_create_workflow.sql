-- ============================================
-- Migration: 010_create_workflow.sql
-- Description: Automation definitions and their run history
-- Date: 2025-03-17
-- Author: 4V Data Consulting
-- ============================================

BEGIN;

-- Check if already applied (idempotency)
DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM information_schema.tables
                 WHERE table_schema = 'public' AND table_name = 'workflow') THEN

    CREATE TABLE workflow (
      id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
      tenant_id UUID NOT NULL REFERENCES tenant(id) ON DELETE CASCADE,
      name VARCHAR(255) NOT NULL,
      trigger_type VARCHAR(50) NOT NULL,
      trigger_config JSONB NOT NULL DEFAULT '{}',
      actions JSONB NOT NULL DEFAULT '[]',
      is_active BOOLEAN NOT NULL DEFAULT true,
      metadata JSONB DEFAULT '{}',
      created_at TIMESTAMPTZ DEFAULT NOW(),
      updated_at TIMESTAMPTZ DEFAULT NOW()
    );

    CREATE TABLE workflow_execution (
      id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
      tenant_id UUID NOT NULL REFERENCES tenant(id) ON DELETE CASCADE,
      workflow_id UUID NOT NULL REFERENCES workflow(id) ON DELETE CASCADE,
      started_by_id UUID REFERENCES employees(id) ON DELETE SET NULL,
      status VARCHAR(50) NOT NULL DEFAULT 'running',
      started_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
      completed_at TIMESTAMPTZ,
      error_message TEXT,
      metadata JSONB DEFAULT '{}',
      created_at TIMESTAMPTZ DEFAULT NOW(),
      updated_at TIMESTAMPTZ DEFAULT NOW()
    );

    RAISE NOTICE 'Migration 010 applied successfully';
  ELSE
    RAISE NOTICE 'Migration 010 already applied, skipping';
  END IF;
END $$;

COMMIT;
