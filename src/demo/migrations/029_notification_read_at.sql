-- ============================================
-- Migration: 029_notification_read_at.sql
-- Description: Remember when a notification was read
-- Date: 2025-11-07
-- Author: 4V Data Consulting
-- ============================================

ALTER TABLE notifications ADD COLUMN IF NOT EXISTS read_at TIMESTAMPTZ;
CREATE INDEX IF NOT EXISTS idx_notifications_unread
  ON notifications(employee_id, created_at DESC)
  WHERE read_at IS NULL;
