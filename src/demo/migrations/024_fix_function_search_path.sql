-- ============================================
-- Migration: 024_fix_function_search_path.sql
-- Description: A mutable search_path lets a caller slip in other tables: pin it
-- Date: 2025-11-05
-- Author: Admin
-- ============================================

ALTER FUNCTION update_updated_at() SET search_path = public, pg_temp;
ALTER FUNCTION check_email_uniqueness() SET search_path = public, pg_temp;
ALTER FUNCTION log_user_changes() SET search_path = public, pg_temp;
