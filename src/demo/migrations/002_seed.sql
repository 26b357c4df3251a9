-- ============================================
-- Migration: 002_seed.sql
-- Description: Seed data every installation needs: the first superadmin
-- Date: 2025-01-15
-- Author: Admin
-- ============================================

INSERT INTO users (id, email, first_name, last_name, role, metadata)
SELECT '8c1f6a52-0d2b-4e57-9a41-6f3f6f0c2a11', 'admin@example.com', 'System', 'Administrator', 'superadmin',
       '{"crm_access": true, "permissions": ["read", "write", "delete"]}'
WHERE NOT EXISTS (SELECT 1 FROM users WHERE LOWER(email) = 'admin@example.com');

INSERT INTO system_logs (id, level, source, message)
SELECT '5f0a3b9e-7c44-4d1a-8a53-2b9d1e7f0c01', 'info', 'migrations', 'Database initialised'
WHERE NOT EXISTS (SELECT 1 FROM system_logs WHERE id = '5f0a3b9e-7c44-4d1a-8a53-2b9d1e7f0c01');
