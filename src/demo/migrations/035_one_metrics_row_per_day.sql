-- ============================================
-- Migration: 035_one_metrics_row_per_day.sql
-- Description: The nightly job may run twice; its row must not
-- Date: 2025-11-09
-- Author: 4V Data Consulting
-- ============================================

ALTER TABLE daily_sales_metrics DROP CONSTRAINT IF EXISTS daily_sales_metrics_tenant_id_metric_date_unique;
ALTER TABLE daily_sales_metrics ADD CONSTRAINT daily_sales_metrics_tenant_id_metric_date_unique
  UNIQUE (tenant_id, metric_date);

ALTER TABLE systembranding DROP CONSTRAINT IF EXISTS systembranding_tenant_id_unique;
ALTER TABLE systembranding ADD CONSTRAINT systembranding_tenant_id_unique UNIQUE (tenant_id);
