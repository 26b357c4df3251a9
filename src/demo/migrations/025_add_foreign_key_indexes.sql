-- ============================================
-- Migration: 025_add_foreign_key_indexes.sql
-- Description: Index foreign key columns
-- Date: 2025-11-06
-- Author: Admin
-- ============================================

-- Contacts
CREATE INDEX IF NOT EXISTS idx_contacts_account_id ON contacts(account_id);
CREATE INDEX IF NOT EXISTS idx_contacts_owner_id ON contacts(owner_id);

-- Accounts
CREATE INDEX IF NOT EXISTS idx_accounts_owner_id ON accounts(owner_id);

-- Leads
CREATE INDEX IF NOT EXISTS idx_leads_owner_id ON leads(owner_id);
CREATE INDEX IF NOT EXISTS idx_leads_bizdev_source_id ON leads(bizdev_source_id);

-- Opportunities
CREATE INDEX IF NOT EXISTS idx_opportunities_account_id ON opportunities(account_id);
CREATE INDEX IF NOT EXISTS idx_opportunities_contact_id ON opportunities(contact_id);
CREATE INDEX IF NOT EXISTS idx_opportunities_owner_id ON opportunities(owner_id);

-- Activities
CREATE INDEX IF NOT EXISTS idx_activities_related_id ON activities(related_id);
CREATE INDEX IF NOT EXISTS idx_activities_owner_id ON activities(owner_id);

-- Notes and notifications
CREATE INDEX IF NOT EXISTS idx_notes_related_id ON notes(related_id);
CREATE INDEX IF NOT EXISTS idx_notes_author_id ON notes(author_id);
CREATE INDEX IF NOT EXISTS idx_notifications_employee_id ON notifications(employee_id);

-- System
CREATE INDEX IF NOT EXISTS idx_api_key_created_by_id ON api_key(created_by_id);

-- Workflow and conversations
CREATE INDEX IF NOT EXISTS idx_workflow_execution_workflow_id ON workflow_execution(workflow_id);
CREATE INDEX IF NOT EXISTS idx_conversations_employee_id ON conversations(employee_id);
CREATE INDEX IF NOT EXISTS idx_conversation_messages_conversation_id ON conversation_messages(conversation_id);
