import { readFile } from 'node:fs/promises';
import type { CommandContext, CommandDefinition, CommandOption, CommandResult } from '#core/command.ts';
import { displayText } from '#core/display-text.ts';
import { AdminError, messageOf } from '#core/errors.ts';
import { formatCount } from '#core/format.ts';
import { addValue, removeValue, setValue } from '#core/json/edit.ts';
import type { JsonNode } from '#core/json/node.ts';
import { parseJson } from '#core/json/parse.ts';
import { applyPatch } from '#core/json/patch.ts';
import { parsePatch } from '#core/json/patch-text.ts';
import { type JsonPath, nodeAt, parsePointer, requireNodeAt } from '#core/json/pointer.ts';
import { writeJson } from '#core/json/write.ts';
import { textTable } from '#core/text-table.ts';
import type { Database } from '#database/database.ts';
import { documentColumns, findDocumentColumn, placeOf, readDocument } from './documents.ts';
import { historyJson, historyText, outcomeJson, outcomeText, previewResult } from './edit-output.ts';
import { listHistory } from './history.ts';
import { saveDocument } from './save.ts';
import { undoEdit } from './undo.ts';

type Options = Readonly<Record<string, string | undefined>>;
type Context = CommandContext<Database>;

const columnOption: CommandOption = { flags: '--column <name>', description: 'another jsonb column than metadata' };
const editOptions: readonly CommandOption[] = [
  columnOption,
  { flags: '--reason <text>', description: 'why, for the audit log' },
  { flags: '--dry-run', description: 'show what would change and change nothing' },
  { flags: '--unaudited', description: 'save even where no audit entry can be written' },
];
const tableArgument = { name: 'table', description: 'contacts, or schema.table' };
const idArgument = { name: 'id', description: "the record's key" };

/** `metadata columns|get|set|unset|patch|history|undo`: the headless twins of the pane. */
export const metadataCommands: readonly CommandDefinition<Database>[] = [
  {
    path: ['metadata', 'columns'],
    summary: 'list the tables that have jsonb documents',
    arguments: [],
    options: [],
    prepare:
      () =>
      async ({ database }) => {
        const columns = documentColumns(await database.catalog()).map(({ table, column }) => ({
          table: table.title,
          column: String(column.name),
          estimated_rows: table.estimatedRows,
        }));
        const rows = columns.map((row) => [displayText(row.table), displayText(row.column), formatCount(row.estimated_rows)]);
        return {
          json: { columns },
          text: () => textTable([{ title: 'TABLE' }, { title: 'COLUMN' }, { title: 'ROWS, ABOUT', align: 'right' }], rows),
        };
      },
  },
  {
    path: ['metadata', 'get'],
    summary: 'print a document, or the value at a JSON Pointer, as exact JSON text',
    arguments: [
      tableArgument,
      idArgument,
      { name: 'path', description: 'JSON Pointer: /custom_fields/lead_source', isOptional: true },
    ],
    options: [columnOption],
    prepare([table = '', id = '', pointer], options) {
      const path = pointer === undefined ? undefined : parsePointer(pointer);
      return async ({ database, signal }) => {
        const column = findDocumentColumn(await database.catalog(), table, options['column']);
        const document = await readDocument(database, placeOf(column, id), { signal });
        const text = path === undefined ? document.text : writeJson(requireNodeAt(document.tree, path));
        return { json: undefined, jsonText: text, text: () => displayText(text) };
      };
    },
  },
  {
    path: ['metadata', 'set'],
    summary: "set the value at a JSON Pointer; other paths and other people's changes stay",
    arguments: [
      tableArgument,
      idArgument,
      { name: 'path', description: 'JSON Pointer' },
      { name: 'value', description: 'JSON: a string needs its own quotes, \'"Website"\'' },
    ],
    options: [...editOptions, { flags: '--string', description: 'take the value as a string, as it stands' }],
    prepare([table = '', id = '', pointer = '', value = ''], options) {
      const path = parsePointer(pointer);
      const node: JsonNode = options['string'] ? { kind: 'string', value } : valueFrom(value);
      return (context) => edit(context, { table, id }, options, (document) => put(document, path, node));
    },
  },
  {
    path: ['metadata', 'unset'],
    summary: 'remove what is at a JSON Pointer',
    arguments: [tableArgument, idArgument, { name: 'path', description: 'JSON Pointer' }],
    options: editOptions,
    prepare([table = '', id = '', pointer = ''], options) {
      const path = parsePointer(pointer);
      return (context) => edit(context, { table, id }, options, (document) => removeValue(document, path));
    },
  },
  {
    path: ['metadata', 'patch'],
    summary: 'apply a JSON Patch (RFC 6902)',
    arguments: [tableArgument, idArgument],
    options: [...editOptions, { flags: '--file <file>', description: 'the patch; - reads standard input' }],
    prepare:
      ([table = '', id = ''], options) =>
      async (context) => {
        const patch = parsePatch(await readPatchText(options['file']));
        return edit(context, { table, id }, options, (document) => applyPatch(document, patch));
      },
  },
  {
    path: ['metadata', 'history'],
    summary: "list a record's metadata edits and other audit entries, newest first",
    arguments: [tableArgument, idArgument],
    options: [columnOption],
    prepare:
      ([table = '', id = ''], options) =>
      async ({ database, signal }) => {
        const catalog = await database.catalog();
        const place = placeOf(findDocumentColumn(catalog, table, options['column']), id);
        const entries = await listHistory(database, catalog, place, { signal });
        return { json: historyJson(entries), text: () => historyText(entries) };
      },
  },
  {
    path: ['metadata', 'undo'],
    summary: 'take a metadata edit back; refused where its paths have changed since',
    arguments: [{ name: 'edit', description: 'the id that the edit was given' }],
    options: editOptions.filter(({ flags }) => flags !== columnOption.flags && flags !== '--dry-run'),
    prepare:
      ([editId = ''], options) =>
      async (context) => {
        requireConfirmation(context, `undo ${editId}`);
        const { database, author } = context;
        const request = { reason: reasonFrom(options), author, unaudited: Boolean(options['unaudited']) };
        const outcome = await undoEdit(database, await database.catalog(), editId, request);
        return { json: outcomeJson(outcome), text: () => outcomeText(outcome) };
      },
  },
];

/** `--file` or standard input. Throws an AdminError (usage) where neither can be read. */
export async function readPatchText(file: string | undefined): Promise<string> {
  if (file === undefined)
    throw usage('patch-missing', 'No patch was given.', 'Give --file FILE, or --file - for standard input.');
  try {
    return await readFile(file === '-' ? '/dev/stdin' : file, 'utf8');
  } catch (error) {
    throw usage('patch-unreadable', `${file} can not be read (${messageOf(error)}).`, 'Give a file with a JSON Patch.');
  }
}

function valueFrom(text: string): JsonNode {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof AdminError)) throw error;
    throw usage(
      error.code,
      `The value is no JSON: ${error.message}`,
      'A string needs its own quotes, \'"Website"\', or give --string.',
    );
  }
}

/** A mistake in the arguments. */
export const usage = (code: string, whatHappened: string, whatToDo: string): AdminError =>
  new AdminError({ kind: 'usage', code, whatHappened, whatToDo });

/** Replaces what is at the path, or adds it where only its parent is. */
function put(document: JsonNode, path: JsonPath, value: JsonNode): JsonNode {
  return nodeAt(document, path) === undefined ? addValue(document, path, value) : setValue(document, path, value);
}

async function edit(
  context: Context,
  record: { readonly table: string; readonly id: string },
  options: Options,
  change: (document: JsonNode) => JsonNode,
): Promise<CommandResult> {
  const { database, signal, author, narrate } = context;
  const catalog = await database.catalog();
  const place = placeOf(findDocumentColumn(catalog, record.table, options['column']), record.id);
  const { tree: base } = await readDocument(database, place, { signal });
  const mine = change(base);
  if (options['dryRun']) return previewResult(place, base, mine);
  requireConfirmation(context, `edit ${record.table} ${record.id}`);
  const unaudited = Boolean(options['unaudited']);
  if (unaudited) narrate('warning: --unaudited: this edit is not put on record');
  const outcome = await saveDocument(database, catalog, place, { base, mine, reason: reasonFrom(options), author, unaudited });
  return { json: outcomeJson(outcome), text: () => outcomeText(outcome) };
}

function reasonFrom(options: Options): string {
  return options['reason'] ?? '';
}

/** Throws an AdminError (refused) unless `--yes` was given. */
export function requireConfirmation({ isConfirmed }: Context, what: string): void {
  if (isConfirmed) return;
  throw new AdminError({
    kind: 'refused',
    code: 'not-confirmed',
    whatHappened: `To ${what} is a write, and it was not confirmed.`,
    whatToDo: 'Look at it with --dry-run first; then give --yes and --reason.',
  });
}
