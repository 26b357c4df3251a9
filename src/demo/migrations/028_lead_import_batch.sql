-- ============================================
-- Migration: 028_lead_import_batch.sql
-- Description: Find the leads of one spreadsheet import, for the January clean-up
-- Date: 2025-11-07
-- Author: 4V Data Consulting
-- ============================================

CREATE INDEX IF NOT EXISTS idx_leads_legacy_import_batch
  ON leads((metadata->>'legacy_import_batch'));
