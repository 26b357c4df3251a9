-- ============================================
-- Migration: 021_audit_triggers.sql
-- Description: Write every change of a sensitive table into audit_log
-- Date: 2025-08-04
-- Author: 4V Data Consulting
-- ============================================

CREATE OR REPLACE FUNCTION log_user_changes()
RETURNS TRIGGER AS $$
BEGIN
  INSERT INTO audit_log (
    action,
    table_name,
    record_id,
    old_data,
    new_data,
    changed_by,
    changed_at
  ) VALUES (
    TG_OP,
    TG_TABLE_NAME,
    COALESCE(NEW.id, OLD.id),
    to_jsonb(OLD),
    to_jsonb(NEW),
    -- The API connects as one role for everybody and names the person in app.current_user.
    COALESCE(NULLIF(current_setting('app.current_user', true), ''), current_user),
    NOW()
  );

  RETURN COALESCE(NEW, OLD);
END;
$$ LANGUAGE plpgsql;

CREATE OR REPLACE TRIGGER audit_users_changes
  AFTER INSERT OR UPDATE OR DELETE ON users
  FOR EACH ROW
  EXECUTE FUNCTION log_user_changes();

CREATE OR REPLACE TRIGGER audit_employees_changes
  AFTER INSERT OR UPDATE OR DELETE ON employees
  FOR EACH ROW
  EXECUTE FUNCTION log_user_changes();

CREATE OR REPLACE TRIGGER audit_tenant_changes
  AFTER INSERT OR UPDATE OR DELETE ON tenant
  FOR EACH ROW
  EXECUTE FUNCTION log_user_changes();

CREATE OR REPLACE TRIGGER audit_accounts_changes
  AFTER INSERT OR UPDATE OR DELETE ON accounts
  FOR EACH ROW
  EXECUTE FUNCTION log_user_changes();

CREATE OR REPLACE TRIGGER audit_contacts_changes
  AFTER INSERT OR UPDATE OR DELETE ON contacts
  FOR EACH ROW
  EXECUTE FUNCTION log_user_changes();

CREATE OR REPLACE TRIGGER audit_leads_changes
  AFTER INSERT OR UPDATE OR DELETE ON leads
  FOR EACH ROW
  EXECUTE FUNCTION log_user_changes();

CREATE OR REPLACE TRIGGER audit_opportunities_changes
  AFTER INSERT OR UPDATE OR DELETE ON opportunities
  FOR EACH ROW
  EXECUTE FUNCTION log_user_changes();

CREATE OR REPLACE TRIGGER audit_api_key_changes
  AFTER INSERT OR UPDATE OR DELETE ON api_key
  FOR EACH ROW
  EXECUTE FUNCTION log_user_changes();

CREATE OR REPLACE TRIGGER audit_modulesettings_changes
  AFTER INSERT OR UPDATE OR DELETE ON modulesettings
  FOR EACH ROW
  EXECUTE FUNCTION log_user_changes();

CREATE OR REPLACE TRIGGER audit_workflow_changes
  AFTER INSERT OR UPDATE OR DELETE ON workflow
  FOR EACH ROW
  EXECUTE FUNCTION log_user_changes();

CREATE OR REPLACE TRIGGER audit_systembranding_changes
  AFTER INSERT OR UPDATE OR DELETE ON systembranding
  FOR EACH ROW
  EXECUTE FUNCTION log_user_changes();
