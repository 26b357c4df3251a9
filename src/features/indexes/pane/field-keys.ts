import type { Binding, TextTarget } from '#console/public/contract.ts';
import { lineBindings, lineTarget } from '#console/public/open-line.ts';
import { type TextField, textOf } from '#ui/text-field.ts';
import type { IndexesActions } from './actions.ts';
import { arranged, type IndexesStore } from './indexes-state.ts';

/** Typing into the open line; a search narrows the list as one types. */
export function fieldTarget(store: IndexesStore): TextTarget {
  const change = (edit: (text: TextField) => TextField): void =>
    store.update((now) => {
      if (now.field === undefined) return now;
      const field = { ...now.field, text: edit(now.field.text) };
      if (field.asks !== 'search') return { ...now, field };
      return arranged({ ...now, field, search: textOf(field.text).trim().toLowerCase() });
    });
  return lineTarget(change);
}

/** Enter and Esc while the line is open. */
export function fieldBindings(store: IndexesStore, actions: IndexesActions): readonly Binding[] {
  return lineBindings('indexes', {
    accept: () => accept(store, actions),
    cancel: () =>
      store.update((now) => arranged({ ...now, field: undefined, search: now.field?.asks === 'search' ? '' : now.search })),
  });
}

function accept(store: IndexesStore, actions: IndexesActions): void {
  const { field } = store.get();
  if (field === undefined) return;
  const typed = textOf(field.text).trim();
  store.update((now) => ({ ...now, field: undefined }));
  if (typed === '') return;
  if (field.asks !== 'search') actions.writeMigrations(typed, field.asks === 'migrations' ? 'each' : 'together');
  else if (store.get().rows.length === 0) actions.say('Nothing matches.');
}
