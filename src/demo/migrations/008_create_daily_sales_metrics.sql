-- ============================================
-- Migration: 008_create_daily_sales_metrics.sql
-- Description: Sales performance tracking, one row a tenant and day
-- Date: 2025-02-10
-- Author: 4V Data Consulting
-- ============================================

CREATE TABLE IF NOT EXISTS daily_sales_metrics (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id UUID NOT NULL REFERENCES tenant(id) ON DELETE CASCADE,
  metric_date DATE NOT NULL,
  new_leads INTEGER NOT NULL DEFAULT 0,
  activities_completed INTEGER NOT NULL DEFAULT 0,
  opportunities_won INTEGER NOT NULL DEFAULT 0,
  revenue NUMERIC(15,2) NOT NULL DEFAULT 0,
  metadata JSONB DEFAULT '{}',
  created_at TIMESTAMPTZ DEFAULT NOW(),
  updated_at TIMESTAMPTZ DEFAULT NOW()
);
