import { readFile } from 'node:fs/promises';
import { text as textOf } from 'node:stream/consumers';
import { type CommandContext, secretsMasked } from '#core/command.ts';
import { AdminError, messageOf } from '#core/errors.ts';
import type { JsonNode } from '#core/json/node.ts';
import { parseJson } from '#core/json/parse.ts';
import { stringsNeedQuotes } from '#core/json/text-error.ts';
import { requireConfirmation as requireYes } from '#database/confirmation.ts';
import type { Database } from '#database/database.ts';
import { tenantNames } from '#database/tenant-scope.ts';
import { ownerOf } from './confirmation.ts';
import { type DocumentPlace, placeTitle, readDocument, type StoredDocument } from './documents.ts';

type Context = CommandContext<Database>;

/** A mistake in the arguments. */
export const usage = (code: string, whatHappened: string, whatToDo: string): AdminError =>
  new AdminError({ kind: 'usage', code, whatHappened, whatToDo });

/** Throws an AdminError (usage) where no patch was given, before anything is connected to. */
export function requirePatchFile(file: string | undefined): string {
  if (file !== undefined) return file;
  throw usage('patch-missing', 'No patch was given.', 'Give --file FILE, or --file - for standard input.');
}

/** `--file` or standard input. Throws an AdminError (usage) where neither can be read. */
export async function readPatchText(file: string | undefined): Promise<string> {
  const name = requirePatchFile(file);
  try {
    // Not /dev/stdin, which can be opened neither where it is a socket nor after sudo.
    return await (name === '-' ? textOf(process.stdin) : readFile(name, 'utf8'));
  } catch (error) {
    throw usage('patch-unreadable', `${name} can not be read (${messageOf(error)}).`, 'Give a file with a JSON Patch.');
  }
}

/** A value as it was typed. Throws an AdminError (usage) that says how to give a string. */
export function valueFrom(text: string): JsonNode {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof AdminError)) throw error;
    throw usage(error.code, `The value is no JSON: ${error.message}`, `${stringsNeedQuotes}, '"Website"', or give --string.`);
  }
}

/** Throws an AdminError (refused) in a read-only session, and unless `--yes` was given. */
export function requireConfirmation(context: Context, what: string): void {
  requireYes(context, what, 'Look at it with --dry-run first; then give --yes and --reason.');
}

/** Reads a document. Throws an AdminError (not-found) also where it is another tenant's than `--tenant`. */
export async function readInScope({ database, signal, tenant }: Context, place: DocumentPlace): Promise<StoredDocument> {
  const document = await readDocument(database, place, { signal });
  const owner = ownerOf(document);
  const isOther = tenant !== undefined && owner !== undefined && place.id !== tenant.id && !tenantNames(tenant).includes(owner);
  if (!isOther) return document;
  throw new AdminError({
    kind: 'not-found',
    code: 'other-tenant',
    whatHappened: `${placeTitle(place)} belongs to another tenant than ${tenant.name}.`,
    whatToDo: 'Leave --tenant out, or name the tenant of the record.',
  });
}

/**
 * Throws an AdminError (not-found) where a record is another tenant's than `--tenant`. Of one that is gone nobody can tell whose it was: its
 * history is shown, and that is said.
 */
export async function requireScope(context: Context, place: DocumentPlace): Promise<void> {
  try {
    await readInScope(context, place);
  } catch (error) {
    if (!(error instanceof AdminError) || !error.code.startsWith('record-missing')) throw error;
    context.narrate('the record is not there any more: whether it was of this tenant is not known');
  }
}

/** A path that the document does not have is not found, rather than a mistake in the arguments. */
export function orNotFound<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AdminError) || error.code !== 'path-not-found') throw error;
    const { code, message, whatToDo, cause } = error;
    throw new AdminError({ kind: 'not-found', code, whatHappened: message, whatToDo, cause });
  }
}

/** What is printed as JSON, with secrets where `--reveal` was given; where some are left out, that is said. */
export function masking(
  { narrate }: Context,
  options: { readonly reveal?: string | undefined },
  json: (reveals: boolean) => unknown,
): unknown {
  if (options.reveal) return json(true);
  const shown = json(false);
  if (JSON.stringify(shown) !== JSON.stringify(json(true))) narrate(secretsMasked);
  return shown;
}
