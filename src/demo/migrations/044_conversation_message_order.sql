-- ============================================
-- Migration: 044_conversation_message_order.sql
-- Description: Messages are read in the order they were written
-- Date: 2025-11-11
-- Author: 4V Data Consulting
-- ============================================

CREATE INDEX IF NOT EXISTS idx_conversation_messages_conversation_created
  ON conversation_messages(conversation_id, created_at);
