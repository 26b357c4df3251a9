-- ============================================
-- Migration: 999_enable_rls_policies.sql
-- Description: Final RLS enforcement: nothing with tenant data is left open
-- Date: 2025-11-15
-- Author: Admin
-- ============================================

ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
ALTER TABLE contacts ENABLE ROW LEVEL SECURITY;
ALTER TABLE leads ENABLE ROW LEVEL SECURITY;
ALTER TABLE opportunities ENABLE ROW LEVEL SECURITY;
ALTER TABLE activities ENABLE ROW LEVEL SECURITY;
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE notifications ENABLE ROW LEVEL SECURITY;
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE employees ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant ENABLE ROW LEVEL SECURITY;
ALTER TABLE bizdev_sources ENABLE ROW LEVEL SECURITY;
ALTER TABLE cash_flow ENABLE ROW LEVEL SECURITY;
ALTER TABLE daily_sales_metrics ENABLE ROW LEVEL SECURITY;
ALTER TABLE system_logs ENABLE ROW LEVEL SECURITY;
ALTER TABLE performance_logs ENABLE ROW LEVEL SECURITY;
ALTER TABLE modulesettings ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE systembranding ENABLE ROW LEVEL SECURITY;
ALTER TABLE workflow ENABLE ROW LEVEL SECURITY;
ALTER TABLE workflow_execution ENABLE ROW LEVEL SECURITY;
ALTER TABLE cron_job ENABLE ROW LEVEL SECURITY;
ALTER TABLE conversations ENABLE ROW LEVEL SECURITY;
ALTER TABLE conversation_messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS "tenant_isolation" ON system_logs;
CREATE POLICY "tenant_isolation" ON system_logs
  FOR ALL USING (tenant_id = current_setting('app.current_tenant_id', true)::uuid);

DROP POLICY IF EXISTS "tenant_isolation" ON performance_logs;
CREATE POLICY "tenant_isolation" ON performance_logs
  FOR ALL USING (tenant_id = current_setting('app.current_tenant_id', true)::uuid);

-- A tenant's session may add audit entries (the trigger runs as the caller) but not read or change them.
DROP POLICY IF EXISTS "audit_log_append" ON audit_log;
CREATE POLICY "audit_log_append" ON audit_log
  FOR INSERT WITH CHECK (true);
