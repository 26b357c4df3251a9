import { choose } from '#console/public/choose.tsx';
import type { ConsoleSession } from '#console/public/hooks.ts';
import { displayText } from '#core/display-text.ts';
import { AdminError } from '#core/errors.ts';
import { setValue } from '#core/json/edit.ts';
import { sameDocument, type JsonNode } from '#core/json/node.ts';
import { type JsonPath, nodeAt } from '#core/json/pointer.ts';
import { JsonTextError } from '#core/json/text-error.ts';
import { countSecrets } from '#core/json/masked.ts';
import { type EditorText, editorText } from '../edited-text.ts';
import { editorCommand, readEdited, removeEdited, runEditor, textToEdit } from '../editor-file.ts';
import { edited, sharing } from './document-state.ts';
import { changeDocument, type MetadataStore } from './metadata-state.ts';

/** Opens the document, or what is under the cursor, in the operator's editor, and takes what comes back into the draft. */
export function editOutside(session: ConsoleSession, store: MetadataStore, what: 'document' | 'cursor'): void {
  const { document } = store.get();
  if (document === undefined) return;
  const path = what === 'document' ? [] : document.tree.cursor;
  const node = nodeAt(document.tree.root, path);
  if (node === undefined) return;
  const start = (reveals: boolean): void => {
    beginEditing(session, store, path, editorText(node, path, { reveals })).catch(session.fail);
  };
  const secrets = countSecrets(node, path);
  if (secrets === 0) start(true);
  else {
    choose(session, {
      title: `The editor would show ${secrets === 1 ? 'a secret' : `${secrets} secrets`} in clear`,
      choices: [
        { label: 'do not open it', hotkey: 'n', run: () => undefined },
        { label: 'open it with them masked; they stay as they are', hotkey: 'm', run: () => start(false) },
        { label: 'open it all the same', hotkey: 'o', run: () => start(true) },
      ],
    });
  }
}

async function beginEditing(session: ConsoleSession, store: MetadataStore, path: JsonPath, opened: EditorText): Promise<void> {
  const file = await textToEdit(session.facts.stateDirectory, opened.text);
  await goOnEditing({ session, store, path, opened, file });
}

interface Editing {
  readonly session: ConsoleSession;
  readonly store: MetadataStore;
  readonly path: JsonPath;
  readonly opened: EditorText;
  readonly file: string;
}

async function goOnEditing(editing: Editing, line?: number): Promise<void> {
  const { session, opened, file } = editing;
  const command = editorCommand(process.env);
  try {
    await session.terminal.lend(() => runEditor(command, file, { line }));
    takeOver(editing, opened.takeBack(await readEdited(file)));
    await removeEdited(file);
  } catch (error) {
    if (!(error instanceof AdminError)) throw error;
    offerToGoOn(editing, error);
  }
}

/** The text stays in its file until it was taken or thrown away by name. */
function offerToGoOn(editing: Editing, error: AdminError): void {
  const { session, file } = editing;
  const line = error instanceof JsonTextError ? error.line : undefined;
  choose(session, {
    title: displayText(error.message),
    choices: [
      {
        label: 'go on editing',
        hotkey: 'e',
        run: () => {
          goOnEditing(editing, line).catch(session.fail);
        },
      },
      {
        label: 'leave it',
        detail: `the text stays in ${file}`,
        hotkey: 'l',
        run: () => session.notify(`The text is in ${file}.`, 'warning'),
      },
      {
        label: 'throw the text away',
        hotkey: 't',
        run: () => {
          removeEdited(file).then(() => session.notify('The text is thrown away; the draft is as before.'), session.fail);
        },
      },
    ],
  });
  session.notify(`${error.message} ${error.whatToDo}`, 'danger');
}

function takeOver({ session, store, path }: Editing, node: JsonNode): void {
  const { document } = store.get();
  const root = document?.tree.root;
  if (root === undefined || sameDocument(nodeAt(root, path), node)) {
    session.notify('The editor changed nothing.');
    return;
  }
  changeDocument(store, (now) => edited(now, sharing(now.tree.root, setValue(now.tree.root, path, node))));
  session.notify('Taken from the editor into the draft; w saves it.', 'good');
}
