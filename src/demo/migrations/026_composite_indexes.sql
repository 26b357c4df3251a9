-- ============================================
-- Migration: 026_composite_indexes.sql
-- Description: Composite indexes for the common query patterns
-- Date: 2025-11-06
-- Author: Admin
-- ============================================

-- Pattern: WHERE tenant_id = X AND email = Y
CREATE INDEX IF NOT EXISTS idx_contacts_tenant_email ON contacts(tenant_id, email);

-- Pattern: WHERE tenant_id = X ORDER BY created_at DESC
CREATE INDEX IF NOT EXISTS idx_contacts_tenant_created ON contacts(tenant_id, created_at DESC);

-- Pattern: WHERE tenant_id = X AND status = Y
CREATE INDEX IF NOT EXISTS idx_opportunities_tenant_status ON opportunities(tenant_id, status);

-- Sign-in looks up by email, the user list by tenant
CREATE INDEX IF NOT EXISTS idx_users_email_tenant ON users(email, tenant_id);
CREATE INDEX IF NOT EXISTS idx_users_tenant_email ON users(tenant_id, email);
