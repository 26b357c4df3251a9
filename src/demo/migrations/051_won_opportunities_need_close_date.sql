-- ============================================
-- Migration: 051_won_opportunities_need_close_date.sql
-- Description: The revenue report dates a won opportunity by its close_date
-- Date: 2025-11-14
-- Author: 4V Data Consulting
-- ============================================

ALTER TABLE opportunities DROP CONSTRAINT IF EXISTS opportunities_close_date_check;
ALTER TABLE opportunities ADD CONSTRAINT opportunities_close_date_check
  CHECK (status <> 'won' OR close_date IS NOT NULL);
