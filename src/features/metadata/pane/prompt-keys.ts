import type { Binding, TextTarget } from '#console/public/contract.ts';
import { lineBindings, lineTarget } from '#console/public/open-line.ts';
import { type TextField, textOf } from '#ui/text-field.ts';
import type { MetadataActions } from './actions.ts';
import { jumped } from './document-state.ts';
import { changeDocument, type MetadataStore } from './metadata-state.ts';
import { acceptPrompt, mostFieldGraphemes } from './prompts.ts';

/** Typing into the line at the bottom of the document. A search runs as one types. */
export function promptTarget(store: MetadataStore, actions: MetadataActions): TextTarget {
  const change = (edit: (field: TextField) => TextField): void => {
    changeDocument(store, (document) =>
      document.prompt === undefined
        ? document
        : { ...document, prompt: { ...document.prompt, field: edit(document.prompt.field), problem: undefined } },
    );
    const prompt = store.get().document?.prompt;
    if (prompt?.kind === 'search') actions.search(textOf(prompt.field));
  };
  return lineTarget(change, mostFieldGraphemes);
}

/** Enter and Esc while the line is open. */
export function promptBindings(store: MetadataStore, actions: MetadataActions): readonly Binding[] {
  const accept = (): void => {
    const isSearch = store.get().document?.prompt?.kind === 'search';
    changeDocument(store, acceptPrompt);
    if (isSearch) toMatch(store, actions, 1, true);
  };
  const cancel = (): void => {
    const isSearch = store.get().document?.prompt?.kind === 'search';
    changeDocument(store, (document) => ({ ...document, prompt: undefined }));
    if (isSearch) actions.search('');
  };
  return lineBindings('metadata', { accept, cancel });
}

/** Goes to the match before or after the cursor; after an edit the search runs anew first. */
export function toMatch(store: MetadataStore, actions: MetadataActions, direction: 1 | -1, inclusive = false): void {
  const before = store.get().document;
  if (before?.matches !== undefined && before.matches.root !== before.tree.root) actions.search(before.matches.text);
  changeDocument(store, (document) => jumped({ ...document, jump: { direction, inclusive } }));
}
