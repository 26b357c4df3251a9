-- ============================================
-- Migration: 011_create_cron_job.sql
-- Description: Scheduled tasks
-- Date: 2025-03-24
-- Author: 4V Data Consulting
-- ============================================

CREATE TABLE IF NOT EXISTS cron_job (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id UUID NOT NULL REFERENCES tenant(id) ON DELETE CASCADE,
  name VARCHAR(255) NOT NULL,
  schedule VARCHAR(100) NOT NULL,       -- five cron fields, in UTC
  function_name VARCHAR(255) NOT NULL,
  is_active BOOLEAN NOT NULL DEFAULT true,
  last_run_at TIMESTAMPTZ,
  next_run_at TIMESTAMPTZ,
  metadata JSONB DEFAULT '{}',
  created_at TIMESTAMPTZ DEFAULT NOW(),
  updated_at TIMESTAMPTZ DEFAULT NOW()
);
