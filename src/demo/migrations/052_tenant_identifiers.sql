-- ============================================
-- Migration: 052_tenant_identifiers.sql
-- Description: UUID tenant identifiers everywhere: the last tables that held a slug
-- Date: 2025-11-15
-- Author: Admin
-- ============================================

DO $$
DECLARE
  log_table text;
BEGIN
  FOREACH log_table IN ARRAY ARRAY['system_logs', 'performance_logs'] LOOP
    IF (SELECT atttypid FROM pg_attribute
        WHERE attrelid = log_table::regclass AND attname = 'tenant_id') = 'uuid'::regtype THEN
      CONTINUE;
    END IF;
    EXECUTE format('UPDATE %I l SET tenant_id = t.id::text FROM tenant t WHERE l.tenant_id = t.slug', log_table);
    EXECUTE format('DELETE FROM %I l WHERE l.tenant_id IS NOT NULL
                      AND NOT EXISTS (SELECT 1 FROM tenant t WHERE t.id::text = l.tenant_id)', log_table);
    EXECUTE format('ALTER TABLE %I ALTER COLUMN tenant_id TYPE UUID USING tenant_id::uuid', log_table);
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE CASCADE',
                   log_table, log_table || '_tenant_id_fkey');
  END LOOP;
END $$;

COMMENT ON COLUMN tenant.slug IS 'Legacy, for URLs only: rows refer to tenant.id';
