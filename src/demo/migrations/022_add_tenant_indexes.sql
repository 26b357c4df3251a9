-- ============================================
-- Migration: 022_add_tenant_indexes.sql
-- Description: Index tenant_id on every tenant-scoped table
-- Date: 2025-09-15
-- Author: 4V Data Consulting
-- ============================================

-- users is left to idx_users_tenant_email (026): it is global, few rows have a tenant.
CREATE INDEX IF NOT EXISTS idx_accounts_tenant ON accounts(tenant_id);
CREATE INDEX IF NOT EXISTS idx_leads_tenant ON leads(tenant_id);
CREATE INDEX IF NOT EXISTS idx_opportunities_tenant ON opportunities(tenant_id);
CREATE INDEX IF NOT EXISTS idx_activities_tenant ON activities(tenant_id);
CREATE INDEX IF NOT EXISTS idx_notes_tenant ON notes(tenant_id);
CREATE INDEX IF NOT EXISTS idx_notifications_tenant ON notifications(tenant_id);
CREATE INDEX IF NOT EXISTS idx_employees_tenant ON employees(tenant_id);
CREATE INDEX IF NOT EXISTS idx_bizdev_sources_tenant ON bizdev_sources(tenant_id);
CREATE INDEX IF NOT EXISTS idx_cash_flow_tenant ON cash_flow(tenant_id);
CREATE INDEX IF NOT EXISTS idx_daily_sales_metrics_tenant ON daily_sales_metrics(tenant_id);
CREATE INDEX IF NOT EXISTS idx_system_logs_tenant ON system_logs(tenant_id);
CREATE INDEX IF NOT EXISTS idx_performance_logs_tenant ON performance_logs(tenant_id);
CREATE INDEX IF NOT EXISTS idx_modulesettings_tenant ON modulesettings(tenant_id);
CREATE INDEX IF NOT EXISTS idx_api_key_tenant ON api_key(tenant_id);
CREATE INDEX IF NOT EXISTS idx_systembranding_tenant ON systembranding(tenant_id);
CREATE INDEX IF NOT EXISTS idx_workflow_tenant ON workflow(tenant_id);
CREATE INDEX IF NOT EXISTS idx_workflow_execution_tenant ON workflow_execution(tenant_id);
CREATE INDEX IF NOT EXISTS idx_cron_job_tenant ON cron_job(tenant_id);
CREATE INDEX IF NOT EXISTS idx_conversations_tenant ON conversations(tenant_id);
CREATE INDEX IF NOT EXISTS idx_conversation_messages_tenant ON conversation_messages(tenant_id);
