-- ============================================
-- Migration: 009_create_systembranding.sql
-- Description: White-label customization
-- Date: 2025-02-24
-- Author: 4V Data Consulting
-- ============================================

CREATE TABLE IF NOT EXISTS systembranding (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id UUID NOT NULL REFERENCES tenant(id) ON DELETE CASCADE,
  display_name VARCHAR(255),
  logo_url VARCHAR(500),
  primary_color VARCHAR(9),
  settings JSONB NOT NULL DEFAULT '{}',
  created_at TIMESTAMPTZ DEFAULT NOW(),
  updated_at TIMESTAMPTZ DEFAULT NOW()
);
