import { connectTo, type TestDatabase } from '../support/cluster.ts';
import type { Program, ProgramOptions } from '../support/terminal.ts';
import { confirm, openConsole } from './opening.ts';

export interface Contact {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
}

/** A contact of its own for a test, with this document. */
export async function contactWith(database: TestDatabase, document: string): Promise<Contact> {
  const client = await connectTo(database.settings);
  const name = `Zz${Math.random().toString(36).slice(2, 10)}`;
  const { rows } = await client.query<{ id: string; slug: string }>(
    `with made as (
       insert into contacts (tenant_id, first_name, last_name, metadata)
       select t.id, $1, 'Contact', $2::jsonb from tenant t where t.slug = 'acme-corp' returning id, tenant_id)
     select made.id, t.slug from made join tenant t on t.id::text = made.tenant_id::text`,
    [name, document],
  );
  await client.end();
  return { id: rows[0]!.id, slug: rows[0]!.slug, name };
}

export async function metadataOf(database: TestDatabase, id: string): Promise<string> {
  const client = await connectTo(database.settings);
  const { rows } = await client.query<{ text: string }>('select metadata::text as text from contacts where id = $1', [id]);
  await client.end();
  return rows[0]!.text;
}

interface AuditEntry {
  readonly action: string;
  readonly changed_by: string | null;
  readonly new_data: { readonly edit: { readonly reason: string; readonly operator: string; readonly patch: unknown } };
}

export async function editsOf(database: TestDatabase, id: string): Promise<readonly AuditEntry[]> {
  const client = await connectTo(database.settings);
  const { rows } = await client.query<AuditEntry>(
    `select action, changed_by, new_data from audit_log where record_id = $1 and action = 'METADATA_EDIT' order by changed_at`,
    [id],
  );
  await client.end();
  return rows;
}

/** Opens a contact's document by its id. */
export async function openContact(database: TestDatabase, contact: Contact, options: ProgramOptions = {}): Promise<Program> {
  const program = await openConsole(database, options);
  program.press('5');
  await program.waitFor(/^ > accounts/);
  program.press('j', 'j', 'j', 'j', 'enter');
  await program.waitFor('contacts.metadata of all tenants');
  program.type(`/${contact.id}`);
  await program.waitFor('an id: enter opens the record');
  program.press('enter');
  await program.waitFor(`contacts.metadata of ${contact.name}`);
  return program;
}

/** Goes to a key by searching it. */
export async function goToKey(program: Program, key: string, pointer: string): Promise<void> {
  program.type(`/${key}\r`);
  await program.waitFor(new RegExp(`^ ${pointer} `));
}

/** Replaces the value under the cursor. */
export async function setTo(program: Program, json: string): Promise<void> {
  program.press('e');
  await program.waitFor('enter take it');
  program.press('ctrl+u');
  program.type(json);
  await program.waitFor((lines) => lines.join('\n').includes(` value ${json}`));
  program.press('enter');
  await program.waitFor(/(changes?|nothing) .*|esc back/);
}

export async function save(program: Program, reason: string, shown: string | RegExp): Promise<string[]> {
  program.press('w');
  await program.waitFor('Save contacts.metadata');
  program.type(reason);
  await program.waitFor(`reason ${reason}`);
  return confirm(program, (lines) => lines.some((line) => (typeof shown === 'string' ? line.includes(shown) : shown.test(line))));
}
