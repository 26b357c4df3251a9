import type { CommandDefinition, CommandResult } from '#core/command.ts';
import { AdminError } from '#core/errors.ts';
import { setValue } from '#core/json/edit.ts';
import { excerpt } from '#core/json/excerpt.ts';
import { type JsonNode, sameDocument } from '#core/json/node.ts';
import { type JsonPath, parsePointer, requireNodeAt } from '#core/json/pointer.ts';
import { JsonTextError } from '#core/json/text-error.ts';
import type { Database } from '#database/database.ts';
import { orNotFound, readInScope, requireConfirmation } from './command-input.ts';
import { confirmed } from './edit-confirmation.ts';
import { findDocumentColumn, placeOf } from './documents.ts';
import { type EditorText, editorText } from './edited-text.ts';
import { editorCommand, keepEdited, readEdited, removeEdited, runEditor, textToEdit } from './editor-file.ts';
import { previewResult } from './edit-output.ts';
import {
  type Context,
  editOptions,
  idArgument,
  type NamedRecord,
  type Options,
  requireStorable,
  saveChange,
  tableArgument,
} from './saving-command.ts';
import { requireReason } from './save.ts';

/** `metadata edit`: a document in the operator's editor, and back by the way that `metadata set` takes. */
export const metadataEditCommand: CommandDefinition<Database> = {
  path: ['metadata', 'edit'],
  writes: true,
  summary: 'open a document, or the value at a JSON Pointer, in $VISUAL or $EDITOR, and save what was changed',
  arguments: [tableArgument, idArgument, { name: 'path', description: 'JSON Pointer', isOptional: true }],
  options: editOptions,
  prepare([table = '', id = '', pointer = ''], options) {
    const path = parsePointer(pointer);
    return (context) => editRecord(context, { table, id }, path, options);
  },
};

async function editRecord(
  context: Context,
  { table, id }: NamedRecord,
  path: JsonPath,
  options: Options,
): Promise<CommandResult> {
  const { database, narrate, signal } = context;
  if (!options['dryRun']) requireAskable(context, `edit ${table} ${id}`, options);
  const place = placeOf(findDocumentColumn(await database.catalog(), table, options['column']), id);
  const document = await readInScope(context, place);
  const base = document.tree;
  const opened = editorText(
    orNotFound(() => requireNodeAt(base, path)),
    path,
    { reveals: Boolean(options['reveal']) },
  );
  if (opened.isMasked) narrate('secrets are masked in the editor, and stay what they are; --reveal opens them');
  const file = await textToEdit(context.stateDirectory, opened.text);
  const sayWhere = (): void => narrate(`The text is kept in ${file}.`);
  signal.addEventListener('abort', sayWhere);
  try {
    const mine = await editedDocument(context, { base, path, opened, file });
    if (options['dryRun'] && !sameDocument(base, mine)) {
      sayWhere();
      return previewResult(place, base, mine, Boolean(options['reveal']));
    }
    const result = sameDocument(base, mine)
      ? { json: { unchanged: true }, text: () => 'Nothing changed.' }
      : await saveChange(
          context,
          place,
          { base, baseText: document.text, mine, reason: await confirmed(context, document, mine, options) },
          options,
        );
    // Somebody who interrupted was told where the text is.
    if (!signal.aborted) await removeEdited(file);
    return result;
  } catch (error) {
    await keepEdited(file);
    if (error instanceof AdminError) throw naming(file, error);
    if (!signal.aborted) sayWhere();
    throw error;
  } finally {
    signal.removeEventListener('abort', sayWhere);
  }
}

/** Where nobody can be asked, what would be asked must be on the command line: nobody edits for nothing. */
function requireAskable(context: Context, what: string, options: Options): void {
  context.database.gate.requireWriting();
  if (context.ask !== undefined) return;
  requireConfirmation(context, what);
  requireReason(options['reason'] ?? '');
}

interface Editing {
  readonly base: JsonNode;
  readonly path: JsonPath;
  readonly opened: EditorText;
  readonly file: string;
}

/** The document as the operator wants it. What cannot be taken is told and, where somebody can be asked, can be edited further. */
async function editedDocument(context: Context, { base, path, opened, file }: Editing): Promise<JsonNode> {
  const { signal } = context;
  const command = editorCommand(process.env);
  let line: number | undefined;
  for (;;) {
    try {
      await runEditor(command, file, { line, signal });
      const text = await readEdited(file);
      const mine = setValue(base, path, inItsPlace(text, opened.takeBack));
      requireStorable(base, mine);
      return mine;
    } catch (error) {
      if (!(error instanceof AdminError) || context.ask === undefined || signal.aborted) throw error;
      line = error.cause instanceof JsonTextError ? error.cause.line : undefined;
      if (!(await wantsToGoOn(context, error))) throw stopped(error);
    }
  }
}

/** Adds the line with a caret to what a text error says. */
function inItsPlace(text: string, takeBack: EditorText['takeBack']): JsonNode {
  try {
    return takeBack(text);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    const { kind, code, message, whatToDo } = error;
    throw new AdminError({ kind, code, whatHappened: message, whatToDo, detail: excerpt(text, error), cause: error });
  }
}

async function wantsToGoOn({ ask, narrate }: Context, { message, detail, whatToDo }: AdminError): Promise<boolean> {
  for (const line of [message, ...(detail?.split('\n').map((text) => `  ${text}`) ?? []), whatToDo]) narrate(line);
  for (;;) {
    const answer = (await ask?.('e to go on editing, s to stop? '))?.trim().toLowerCase();
    if (answer === undefined || answer === 's' || answer === 'stop') return false;
    if (answer === 'e' || answer === 'edit') return true;
  }
}

function stopped(cause: AdminError): AdminError {
  return new AdminError({
    kind: 'usage',
    code: 'editing-stopped',
    whatHappened: 'The edited text could not be taken as it is.',
    whatToDo: 'Nothing was saved.',
    cause,
  });
}

/** The same failure, saying where the text is: it is never thrown away. */
function naming(file: string, error: AdminError): AdminError {
  const { kind, code, message, whatToDo, detail, sqlState } = error;
  const where = whatToDo.includes(file) ? whatToDo : `${whatToDo} The edited text is kept in ${file}.`;
  return new AdminError({ kind, code, whatHappened: message, whatToDo: where, detail, sqlState, cause: error });
}
