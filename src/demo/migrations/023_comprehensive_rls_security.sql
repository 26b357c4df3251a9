-- ============================================
-- Migration: 023_comprehensive_rls_security.sql
-- Description: Row-level security: a tenant sees its own rows
-- Date: 2025-11-05
-- Author: Admin
-- ============================================

-- system_logs and performance_logs follow in 999: their tenant_id is still text.

ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS "tenant_isolation" ON accounts;
CREATE POLICY "tenant_isolation" ON accounts
  FOR ALL USING (tenant_id = current_setting('app.current_tenant_id', true)::uuid);

ALTER TABLE contacts ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS "tenant_isolation" ON contacts;
CREATE POLICY "tenant_isolation" ON contacts
  FOR ALL USING (tenant_id = current_setting('app.current_tenant_id', true)::uuid);

ALTER TABLE leads ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS "tenant_isolation" ON leads;
CREATE POLICY "tenant_isolation" ON leads
  FOR ALL USING (tenant_id = current_setting('app.current_tenant_id', true)::uuid);

ALTER TABLE opportunities ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS "tenant_isolation" ON opportunities;
CREATE POLICY "tenant_isolation" ON opportunities
  FOR ALL USING (tenant_id = current_setting('app.current_tenant_id', true)::uuid);

ALTER TABLE activities ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS "tenant_isolation" ON activities;
CREATE POLICY "tenant_isolation" ON activities
  FOR ALL USING (tenant_id = current_setting('app.current_tenant_id', true)::uuid);

ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS "tenant_isolation" ON notes;
CREATE POLICY "tenant_isolation" ON notes
  FOR ALL USING (tenant_id = current_setting('app.current_tenant_id', true)::uuid);

ALTER TABLE notifications ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS "tenant_isolation" ON notifications;
CREATE POLICY "tenant_isolation" ON notifications
  FOR ALL USING (tenant_id = current_setting('app.current_tenant_id', true)::uuid);

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS "tenant_isolation" ON users;
CREATE POLICY "tenant_isolation" ON users
  FOR ALL USING (tenant_id = current_setting('app.current_tenant_id', true)::uuid);

ALTER TABLE employees ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS "tenant_isolation" ON employees;
CREATE POLICY "tenant_isolation" ON employees
  FOR ALL USING (tenant_id = current_setting('app.current_tenant_id', true)::uuid);

ALTER TABLE tenant ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS "tenant_isolation" ON tenant;
CREATE POLICY "tenant_isolation" ON tenant
  FOR ALL USING (id = current_setting('app.current_tenant_id', true)::uuid);

ALTER TABLE bizdev_sources ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS "tenant_isolation" ON bizdev_sources;
CREATE POLICY "tenant_isolation" ON bizdev_sources
  FOR ALL USING (tenant_id = current_setting('app.current_tenant_id', true)::uuid);

ALTER TABLE cash_flow ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS "tenant_isolation" ON cash_flow;
CREATE POLICY "tenant_isolation" ON cash_flow
  FOR ALL USING (tenant_id = current_setting('app.current_tenant_id', true)::uuid);

ALTER TABLE daily_sales_metrics ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS "tenant_isolation" ON daily_sales_metrics;
CREATE POLICY "tenant_isolation" ON daily_sales_metrics
  FOR ALL USING (tenant_id = current_setting('app.current_tenant_id', true)::uuid);

ALTER TABLE modulesettings ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS "tenant_isolation" ON modulesettings;
CREATE POLICY "tenant_isolation" ON modulesettings
  FOR ALL USING (tenant_id = current_setting('app.current_tenant_id', true)::uuid);

ALTER TABLE api_key ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS "tenant_isolation" ON api_key;
CREATE POLICY "tenant_isolation" ON api_key
  FOR ALL USING (tenant_id = current_setting('app.current_tenant_id', true)::uuid);

ALTER TABLE systembranding ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS "tenant_isolation" ON systembranding;
CREATE POLICY "tenant_isolation" ON systembranding
  FOR ALL USING (tenant_id = current_setting('app.current_tenant_id', true)::uuid);

ALTER TABLE workflow ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS "tenant_isolation" ON workflow;
CREATE POLICY "tenant_isolation" ON workflow
  FOR ALL USING (tenant_id = current_setting('app.current_tenant_id', true)::uuid);

ALTER TABLE workflow_execution ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS "tenant_isolation" ON workflow_execution;
CREATE POLICY "tenant_isolation" ON workflow_execution
  FOR ALL USING (tenant_id = current_setting('app.current_tenant_id', true)::uuid);

ALTER TABLE cron_job ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS "tenant_isolation" ON cron_job;
CREATE POLICY "tenant_isolation" ON cron_job
  FOR ALL USING (tenant_id = current_setting('app.current_tenant_id', true)::uuid);

ALTER TABLE conversations ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS "tenant_isolation" ON conversations;
CREATE POLICY "tenant_isolation" ON conversations
  FOR ALL USING (tenant_id = current_setting('app.current_tenant_id', true)::uuid);

ALTER TABLE conversation_messages ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS "tenant_isolation" ON conversation_messages;
CREATE POLICY "tenant_isolation" ON conversation_messages
  FOR ALL USING (tenant_id = current_setting('app.current_tenant_id', true)::uuid);
