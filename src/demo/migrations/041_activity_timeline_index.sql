-- ============================================
-- Migration: 041_activity_timeline_index.sql
-- Description: The timeline reads a tenant's newest activities
-- Date: 2025-11-11
-- Author: 4V Data Consulting
-- ============================================

CREATE INDEX IF NOT EXISTS idx_activities_tenant_created ON activities(tenant_id, created_at DESC);
