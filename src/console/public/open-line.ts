import { editText, insertText, type TextField } from '#ui/text-field.ts';
import type { Binding, PaneId, TextTarget } from './contract.ts';

/** Typing into a line that is open in a pane. `change` applies an edit where the pane keeps the field; `most` limits its graphemes. */
export function lineTarget(change: (edit: (field: TextField) => TextField) => void, most?: number): TextTarget {
  return {
    insert: (text) => change((field) => insertText(field, text, most)),
    edit: (edit) => change((field) => editText(field, edit)),
  };
}

/** Enter and Esc while the line is open. */
export function lineBindings(
  pane: PaneId,
  acts: { readonly accept: () => void; readonly cancel: () => void },
): readonly Binding[] {
  return [
    {
      id: `${pane}.accept`,
      keys: ['enter'],
      label: 'take it',
      help: 'Take what was typed.',
      inFooter: true,
      run: acts.accept,
    },
    { id: `${pane}.cancel`, keys: ['esc', 'ctrl+c'], label: 'close', help: 'Leave the field.', inFooter: true, run: acts.cancel },
  ];
}
