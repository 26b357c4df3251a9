-- ============================================
-- Migration: 053_cash_flow_account_index.sql
-- Description: cash_flow.account_id was missed by 025: deleting an account reads the whole table
-- Date: 2025-11-18
-- Author: 4V Data Consulting
-- ============================================

CREATE INDEX IF NOT EXISTS idx_cash_flow_account_id ON cash_flow(account_id);
CREATE INDEX IF NOT EXISTS idx_cash_flow_tenant_date ON cash_flow(tenant_id, transaction_date DESC);
