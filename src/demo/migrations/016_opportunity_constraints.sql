-- ============================================
-- Migration: 016_opportunity_constraints.sql
-- Description: Amounts are not negative, probabilities are percentages
-- Date: 2025-05-19
-- Author: 4V Data Consulting
-- ============================================

ALTER TABLE opportunities DROP CONSTRAINT IF EXISTS opportunities_amount_check;
ALTER TABLE opportunities ADD CONSTRAINT opportunities_amount_check
  CHECK (amount >= 0);

ALTER TABLE opportunities DROP CONSTRAINT IF EXISTS opportunities_probability_check;
ALTER TABLE opportunities ADD CONSTRAINT opportunities_probability_check
  CHECK (probability >= 0 AND probability <= 100);
