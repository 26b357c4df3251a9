-- ============================================
-- Migration: 048_schema_migrations.sql
-- Description: Record applied migrations in the database instead of a document
-- Date: 2025-11-12
-- Author: Admin
-- ============================================

CREATE TABLE IF NOT EXISTS schema_migrations (
  id SERIAL PRIMARY KEY,
  migration_name VARCHAR(255) UNIQUE NOT NULL,
  applied_at TIMESTAMPTZ DEFAULT NOW(),
  applied_by VARCHAR(255),
  execution_time_ms INTEGER,
  success BOOLEAN DEFAULT true,
  error_message TEXT
);
