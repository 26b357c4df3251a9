-- ============================================
-- Migration: 007_create_cash_flow.sql
-- Description: Financial transactions
-- Date: 2025-02-03
-- Author: 4V Data Consulting
-- ============================================

CREATE TABLE IF NOT EXISTS cash_flow (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id UUID NOT NULL REFERENCES tenant(id) ON DELETE CASCADE,
  account_id UUID REFERENCES accounts(id) ON DELETE SET NULL,
  transaction_date DATE NOT NULL,
  type VARCHAR(20) NOT NULL,
  category VARCHAR(100),
  amount NUMERIC(15,2) NOT NULL,
  currency CHAR(3) NOT NULL DEFAULT 'USD',
  description TEXT,
  metadata JSONB DEFAULT '{}',
  created_at TIMESTAMPTZ DEFAULT NOW(),
  updated_at TIMESTAMPTZ DEFAULT NOW()
);

ALTER TABLE cash_flow DROP CONSTRAINT IF EXISTS cash_flow_type_check;
ALTER TABLE cash_flow ADD CONSTRAINT cash_flow_type_check CHECK (type IN ('income', 'expense'));
