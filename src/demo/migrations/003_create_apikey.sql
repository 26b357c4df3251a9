-- ============================================
-- Migration: 003_create_apikey.sql
-- Description: API keys: only a hash and a recognisable prefix are stored, never the key
-- Date: 2025-01-15
-- Author: Admin
-- ============================================

CREATE TABLE IF NOT EXISTS api_key (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id UUID NOT NULL,
  created_by_id UUID REFERENCES employees(id),
  name VARCHAR(255) NOT NULL,
  key_prefix VARCHAR(16) NOT NULL,
  key_hash CHAR(64) NOT NULL,           -- SHA-256, hexadecimal
  scopes JSONB NOT NULL DEFAULT '[]',
  is_active BOOLEAN NOT NULL DEFAULT true,
  last_used_at TIMESTAMPTZ,
  expires_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ DEFAULT NOW(),
  updated_at TIMESTAMPTZ DEFAULT NOW()
);

ALTER TABLE api_key DROP CONSTRAINT IF EXISTS api_key_key_hash_unique;
ALTER TABLE api_key ADD CONSTRAINT api_key_key_hash_unique UNIQUE (key_hash);
