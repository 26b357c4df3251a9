import { changeLines } from '#core/change-text.ts';
import { AdminError } from '#core/errors.ts';
import type { JsonNode } from '#core/json/node.ts';
import { tenantsNamed } from '#database/tenant-names.ts';
import type { TypedWord } from '#core/typed-word.ts';
import { ownerOf, wordToType } from './confirmation.ts';
import { placeTitle, type StoredDocument } from './documents.ts';
import { previewEdit, requireReason } from './save.ts';
import type { Context, Options } from './saving-command.ts';

/**
 * Shows what would be saved and asks whoever sits at the terminal: for the reason where none was given, and unless `--yes` was, whether to
 * save; on production by a word to type. Gives the reason. Throws an AdminError (refused) where the answer is no.
 */
export async function confirmed(context: Context, document: StoredDocument, mine: JsonNode, options: Options): Promise<string> {
  const { ask, isConfirmed, narrate } = context;
  const given = options['reason'] ?? '';
  if (ask === undefined || (isConfirmed && given.trim() !== '')) return given;
  narrate(`Would change ${placeTitle(document.place)}:`);
  for (const line of changeLines(previewEdit(document.place, document.tree, mine).changes, Boolean(options['reveal'])))
    narrate(line);
  const reason = given.trim() === '' ? ((await ask('Reason, for the audit log: ')) ?? '') : given;
  requireReason(reason);
  if (isConfirmed) return reason;
  const typed = context.isProduction ? await wordOf(context, document) : undefined;
  const answer =
    (await ask(typed === undefined ? 'Save this? y or n: ' : `PRODUCTION. To save, type ${typed.what}, ${typed.word}: `)) ?? '';
  const isYes = typed === undefined ? /^y(es)?$/i.test(answer.trim()) : answer.trim() === typed.word;
  if (isYes) return reason;
  throw new AdminError({
    kind: 'refused',
    code: 'not-confirmed',
    whatHappened: 'The change was not confirmed.',
    whatToDo: 'Nothing was saved.',
  });
}

async function wordOf({ database, signal }: Context, document: StoredDocument): Promise<TypedWord> {
  const owner = ownerOf(document);
  const hasTenants = (await database.catalog()).table('tenant') !== undefined;
  const tenants = owner !== undefined && hasTenants ? await tenantsNamed(database, [owner], { signal }) : undefined;
  return wordToType(document.place, tenants?.get(owner ?? ''));
}
