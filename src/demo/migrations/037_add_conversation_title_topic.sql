-- ============================================
-- Migration: 037_add_conversation_title_topic.sql
-- Description: AI conversations: title and topic
-- Date: 2025-11-10
-- Author: Admin
-- ============================================

ALTER TABLE conversations ADD COLUMN IF NOT EXISTS title VARCHAR(255);
ALTER TABLE conversations ADD COLUMN IF NOT EXISTS topic VARCHAR(100);
CREATE INDEX IF NOT EXISTS idx_conversations_tenant_topic ON conversations(tenant_id, topic);
