-- ============================================
-- Migration: 027_metadata_gin_index.sql
-- Description: Containment queries on a contact's metadata
-- Date: 2025-11-06
-- Author: 4V Data Consulting
-- ============================================

CREATE INDEX IF NOT EXISTS idx_contacts_metadata ON contacts USING GIN (metadata);
