import type { Author } from '#core/author.ts';
import { AdminError } from '#core/errors.ts';
import { migrationSlug } from '#core/migration-file.ts';
import { type WrittenMigration, writeMigration } from '#core/write-migration.ts';

/**
 * Writes the next migration and its ROLLBACK_ twin from the manual's template (4.2): dated today, by the operator, refusing to run until
 * somebody has written it. Throws an AdminError: conflict where the folder has one of that name, configuration where it can not be written.
 */
export async function newMigration(
  directory: string,
  {
    name,
    description,
    author,
    now,
  }: { readonly name: string; readonly description: string; readonly author: Author; readonly now: Date },
): Promise<WrittenMigration> {
  const slug = migrationSlug(name.replace(/^\d+[a-z]?_/i, '').replace(/\.sql$/i, ''));
  const written = await writeMigration(directory, {
    slug,
    description: description || 'Brief explanation of changes',
    up: template(slug),
    down: `DO $$ BEGIN RAISE EXCEPTION 'The rollback of ${slug} is not written yet: replace this line'; END $$;`,
    author: author.operator,
    date: now,
  });
  if (!written.isOld) return written;
  throw new AdminError({
    kind: 'conflict',
    code: 'migration-exists',
    whatHappened: `The folder has ${written.name} already.`,
    whatToDo: 'Nothing was written. Choose another name.',
  });
}

const template = (slug: string): string => `-- Check if already applied (idempotency)
DO $$
BEGIN
  RAISE EXCEPTION '${slug} is not written yet: replace this line';

  IF NOT EXISTS (SELECT 1 FROM information_schema.tables
                 WHERE table_schema = 'public' AND table_name = 'new_table') THEN

    -- Create table
    CREATE TABLE public.new_table (
      id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
      tenant_id UUID NOT NULL REFERENCES tenant(id) ON DELETE CASCADE,
      name VARCHAR(255) NOT NULL,
      metadata JSONB DEFAULT '{}',
      created_at TIMESTAMPTZ DEFAULT NOW(),
      updated_at TIMESTAMPTZ DEFAULT NOW()
    );

    -- Create indexes
    CREATE INDEX idx_new_table_tenant ON public.new_table(tenant_id);

    -- Keep updated_at
    CREATE TRIGGER update_new_table_updated_at BEFORE UPDATE ON public.new_table
      FOR EACH ROW EXECUTE FUNCTION update_updated_at();

    -- Enable RLS
    ALTER TABLE public.new_table ENABLE ROW LEVEL SECURITY;

    -- Create RLS policy
    CREATE POLICY "tenant_isolation" ON public.new_table
      FOR ALL USING (tenant_id = current_setting('app.current_tenant_id', true)::uuid);

    RAISE NOTICE '${slug} applied';
  ELSE
    RAISE NOTICE '${slug} was applied already, skipping';
  END IF;
END $$;`;
