-- ============================================
-- Migration: 030_last_login.sql
-- Description: Remember when users and employees last signed in
-- Date: 2025-11-07
-- Author: 4V Data Consulting
-- ============================================

ALTER TABLE users ADD COLUMN IF NOT EXISTS last_login_at TIMESTAMPTZ;
ALTER TABLE employees ADD COLUMN IF NOT EXISTS last_login_at TIMESTAMPTZ;
