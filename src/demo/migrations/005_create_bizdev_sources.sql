-- ============================================
-- Migration: 005_create_bizdev_sources.sql
-- Description: Business development sources, and the source a lead came from
-- Date: 2025-01-15
-- Author: Admin
-- ============================================

CREATE TABLE IF NOT EXISTS bizdev_sources (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id UUID NOT NULL,
  name VARCHAR(255) NOT NULL,
  type VARCHAR(50) NOT NULL DEFAULT 'website',
  url VARCHAR(500),
  is_active BOOLEAN NOT NULL DEFAULT true,
  metadata JSONB DEFAULT '{}',
  created_at TIMESTAMPTZ DEFAULT NOW(),
  updated_at TIMESTAMPTZ DEFAULT NOW()
);

ALTER TABLE leads ADD COLUMN IF NOT EXISTS bizdev_source_id UUID REFERENCES bizdev_sources(id);
