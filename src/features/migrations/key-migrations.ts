/** What manual 4.5 says of a migration that everybody refers to. */
export interface KeyMigration {
  readonly description: string;
  readonly impact: string;
}

/** The manual's key migrations reference (4.5), by file name. */
export const keyMigrations: ReadonlyMap<string, KeyMigration> = new Map(
  Object.entries({
    '001_init.sql': { description: 'Initial schema', impact: 'Creates core tables' },
    '006_tenant_table.sql': { description: 'Multi-tenancy', impact: 'Adds tenant isolation' },
    '023_comprehensive_rls_security.sql': { description: 'RLS policies', impact: 'Enables row-level security (CRITICAL)' },
    '024_fix_function_search_path.sql': { description: 'Function security', impact: 'Fixes mutable search_path' },
    '032_normalize_foreign_keys.sql': { description: 'FK optimization', impact: 'Improves referential integrity' },
    '037_add_conversation_title_topic.sql': { description: 'AI conversations', impact: 'Adds title/topic fields' },
    '052_tenant_identifiers.sql': { description: 'UUID tenant IDs', impact: 'Enforces UUID-based tenants' },
  }),
);
