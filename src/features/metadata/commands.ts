import { type CommandDefinition, revealOption, secretsMasked } from '#core/command.ts';
import { displayText } from '#core/display-text.ts';
import { formatCount } from '#core/format.ts';
import { addValue, removeValue, setValue } from '#core/json/edit.ts';
import { withoutSecrets } from '#core/json/masked.ts';
import type { JsonNode } from '#core/json/node.ts';
import { applyPatch } from '#core/json/patch.ts';
import { parsePatch } from '#core/json/patch-text.ts';
import { type JsonPath, nodeAt, parsePointer, requireNodeAt } from '#core/json/pointer.ts';
import { writeJson } from '#core/json/write.ts';
import { textTable } from '#core/text-table.ts';
import type { Database } from '#database/database.ts';
import {
  masking,
  orNotFound,
  readInScope,
  readPatchText,
  requireConfirmation,
  requirePatchFile,
  requireScope,
  valueFrom,
} from './command-input.ts';
import { documentColumns, findDocumentColumn, placeOf } from './documents.ts';
import { metadataEditCommand } from './edit-command.ts';
import { historyJson, historyText, previewResult } from './edit-output.ts';
import { listHistory, mostEntries } from './history.ts';
import { changeRecord, columnOption, editOptions, idArgument, isUnaudited, resultOf, tableArgument } from './saving-command.ts';
import { planUndo, undoEdit } from './undo.ts';

/** `metadata columns|get|set|unset|patch|edit|history|undo`: the headless twins of the pane. */
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
          text: () =>
            textTable([{ title: 'TABLE' }, { title: 'COLUMN' }, { title: 'ROWS OF ALL TENANTS, ABOUT', align: 'right' }], rows),
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
    options: [columnOption, revealOption],
    prepare([table = '', id = '', pointer = ''], options) {
      const path = parsePointer(pointer);
      return async (context) => {
        const column = findDocumentColumn(await context.database.catalog(), table, options['column']);
        const document = await readInScope(context, placeOf(column, id));
        const found = orNotFound(() => requireNodeAt(document.tree, path));
        const shown = options['reveal'] ? found : withoutSecrets(found, path);
        if (shown !== found) context.narrate(secretsMasked);
        const text = shown === document.tree ? document.text : writeJson(shown);
        return { json: undefined, jsonText: text, text: () => displayText(text) };
      };
    },
  },
  {
    path: ['metadata', 'set'],
    writes: true,
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
      return (context) =>
        changeRecord(context, { table, id }, options, (document) => orNotFound(() => put(document, path, node)));
    },
  },
  {
    path: ['metadata', 'unset'],
    writes: true,
    summary: 'remove what is at a JSON Pointer',
    arguments: [tableArgument, idArgument, { name: 'path', description: 'JSON Pointer' }],
    options: editOptions,
    prepare([table = '', id = '', pointer = ''], options) {
      const path = parsePointer(pointer);
      return (context) =>
        changeRecord(context, { table, id }, options, (document) => orNotFound(() => removeValue(document, path)));
    },
  },
  {
    path: ['metadata', 'patch'],
    writes: true,
    summary: 'apply a JSON Patch (RFC 6902)',
    arguments: [tableArgument, idArgument],
    options: [...editOptions, { flags: '--file <file>', description: 'the patch; - reads standard input' }],
    prepare([table = '', id = ''], options) {
      const file = requirePatchFile(options['file']);
      return async (context) => {
        const patch = parsePatch(await readPatchText(file));
        return changeRecord(context, { table, id }, options, (document) => applyPatch(document, patch));
      };
    },
  },
  metadataEditCommand,
  {
    path: ['metadata', 'history'],
    summary: "list a record's metadata edits and other audit entries, newest first",
    arguments: [tableArgument, idArgument],
    options: [columnOption, revealOption],
    prepare:
      ([table = '', id = ''], options) =>
      async (context) => {
        const { database, signal, narrate } = context;
        const catalog = await database.catalog();
        const place = placeOf(findDocumentColumn(catalog, table, options['column']), id);
        if (context.tenant !== undefined) await requireScope(context, place);
        const entries = await listHistory(database, catalog, place, { signal });
        if (entries.length === mostEntries) narrate(`the newest ${mostEntries} entries; older ones are left out`);
        const json = masking(context, options, (reveals) => historyJson(entries, reveals));
        return { json, text: () => historyText(entries, Boolean(options['reveal'])) };
      },
  },
  {
    path: ['metadata', 'undo'],
    writes: true,
    summary: 'take a metadata edit back; refused where its paths have changed since',
    arguments: [{ name: 'edit', description: 'the id that the edit was given, or its first 8 characters or more' }],
    options: editOptions.filter(({ flags }) => flags !== columnOption.flags),
    prepare:
      ([editId = ''], options) =>
      async (context) => {
        const { database, author } = context;
        const catalog = await database.catalog();
        if (!options['dryRun']) requireConfirmation(context, `undo ${editId}`);
        const { place, without } = await planUndo(database, catalog, editId);
        const { tree } = await readInScope(context, place);
        if (options['dryRun']) return previewResult(place, tree, without(tree), Boolean(options['reveal']));
        const request = { reason: options['reason'] ?? '', author, unaudited: isUnaudited(context) };
        return resultOf(context, options, await undoEdit(database, catalog, editId, request));
      },
  },
];

/** Replaces what is at the path, or adds it where only its parent is. */
function put(document: JsonNode, path: JsonPath, value: JsonNode): JsonNode {
  return nodeAt(document, path) === undefined ? addValue(document, path, value) : setValue(document, path, value);
}
