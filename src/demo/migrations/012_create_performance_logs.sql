-- ============================================
-- Migration: 012_create_performance_logs.sql
-- Description: Performance metrics of the API
-- Date: 2025-04-14
-- Author: 4V Data Consulting
-- ============================================

-- tenant_id holds the slug, as in system_logs, until 052_tenant_identifiers.sql.
CREATE TABLE IF NOT EXISTS performance_logs (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id VARCHAR(100) NOT NULL,
  method VARCHAR(10) NOT NULL,
  endpoint VARCHAR(255) NOT NULL,
  status_code INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  metadata JSONB DEFAULT '{}',
  created_at TIMESTAMPTZ DEFAULT NOW(),
  updated_at TIMESTAMPTZ DEFAULT NOW()
);
CREATE INDEX IF NOT EXISTS idx_performance_logs_created_at ON performance_logs USING BRIN (created_at);
