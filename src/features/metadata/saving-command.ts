import { type CommandContext, type CommandOption, type CommandResult, revealOption } from '#core/command.ts';
import type { JsonNode } from '#core/json/node.ts';
import type { Database } from '#database/database.ts';
import { masking, readInScope, requireConfirmation } from './command-input.ts';
import { type DocumentPlace, findDocumentColumn, placeOf } from './documents.ts';
import { requireUnmasked } from './edited-text.ts';
import { outcomeAsides, outcomeJson, outcomeText, previewResult } from './edit-output.ts';
import { requirePermitted } from './permitted.ts';
import { type EditRequest, saveDocument, type SaveOutcome } from './save.ts';

export type Options = Readonly<Record<string, string | undefined>>;
export type Context = CommandContext<Database>;

export const columnOption: CommandOption = { flags: '--column <name>', description: 'another jsonb column than metadata' };
export const editOptions: readonly CommandOption[] = [
  columnOption,
  { flags: '--reason <text>', description: 'why, for the audit log' },
  { flags: '--dry-run', description: 'show what would change and change nothing' },
  revealOption,
];
export const tableArgument = { name: 'table', description: 'contacts, or schema.table' };
export const idArgument = { name: 'id', description: "the record's key" };

/** A record as the command line names it. */
export interface NamedRecord {
  readonly table: string;
  readonly id: string;
}

/** Changes a document as it is now, or with `--dry-run` shows that: `set`, `unset` and `patch`. */
export async function changeRecord(
  context: Context,
  { table, id }: NamedRecord,
  options: Options,
  change: (document: JsonNode) => JsonNode,
): Promise<CommandResult> {
  if (!options['dryRun']) requireConfirmation(context, `edit ${table} ${id}`);
  const place = placeOf(findDocumentColumn(await context.database.catalog(), table, options['column']), id);
  const { tree: base, text: baseText } = await readInScope(context, place);
  const mine = change(base);
  requireStorable(base, mine);
  if (options['dryRun']) return previewResult(place, base, mine, Boolean(options['reveal']));
  return saveChange(context, place, { base, baseText, mine, reason: options['reason'] ?? '' }, options);
}

/** Throws an AdminError (usage) for what must not be made of a document. */
export function requireStorable(base: JsonNode, mine: JsonNode): void {
  requirePermitted(base, mine);
  requireUnmasked(base, mine);
}

/** Saves what changed from base to mine. Throws an AdminError as saveDocument does, and conflict where others changed the same paths. */
export async function saveChange(
  context: Context,
  place: DocumentPlace,
  change: Pick<EditRequest, 'base' | 'baseText' | 'mine' | 'reason'>,
  options: Options,
): Promise<CommandResult> {
  const { database, author } = context;
  const request = { ...change, author, unaudited: isUnaudited(context) };
  return resultOf(context, options, await saveDocument(database, await database.catalog(), place, request));
}

/** Whether `--unaudited` was given, which is said. */
export function isUnaudited({ narrate, isUnaudited: isAsked }: Context): boolean {
  if (isAsked) narrate('warning: --unaudited: this edit is not put on record');
  return isAsked;
}

/** What a save prints. */
export function resultOf(context: Context, options: Options, outcome: SaveOutcome): CommandResult {
  const json = masking(context, options, (reveals) => outcomeJson(outcome, reveals));
  const reveals = Boolean(options['reveal']);
  return { json, text: () => outcomeText(outcome, reveals), asides: outcomeAsides(outcome, reveals) };
}
