-- ============================================
-- Migration: 054_audit_log_actor_index.sql
-- Description: Who changed what: find an operator's entries without stopping writers
-- Date: 2025-11-19
-- Author: 4V Data Consulting
-- ============================================

-- Not transactional: run this file by itself, on a direct connection (not through the pooler).
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_audit_log_changed_by ON audit_log(changed_by, changed_at DESC);
