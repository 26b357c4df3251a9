-- ============================================
-- Migration: 041_workflow_execution_duration.sql
-- Description: Duration of a workflow run, for the automation report
-- Date: 2025-11-11
-- Author: Admin
-- ============================================

ALTER TABLE workflow_execution ADD COLUMN IF NOT EXISTS duration_ms INTEGER;
