-- ============================================
-- Migration: 017_lead_status_check.sql
-- Description: Only the five statuses the lead board knows
-- Date: 2025-05-20
-- Author: 4V Data Consulting
-- ============================================

ALTER TABLE leads DROP CONSTRAINT IF EXISTS leads_status_check;
ALTER TABLE leads ADD CONSTRAINT leads_status_check
  CHECK (status IN ('new', 'contacted', 'qualified', 'lost', 'converted'));
