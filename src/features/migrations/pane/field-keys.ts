import type { Binding, TextTarget } from '#console/public/contract.ts';
import { lineBindings, lineTarget } from '#console/public/open-line.ts';
import { type TextField, textOf } from '#ui/text-field.ts';
import type { MigrationsActions } from './actions.ts';
import { type MigrationsStore, narrowed } from './migrations-state.ts';

/** Typing into the open line; a search narrows the list as one types. */
export function fieldTarget(store: MigrationsStore): TextTarget {
  const change = (edit: (text: TextField) => TextField): void =>
    store.update((now) => {
      if (now.field === undefined) return now;
      const field = { ...now.field, text: edit(now.field.text) };
      if (field.asks !== 'search') return { ...now, field };
      return narrowed({ ...now, field }, { search: textOf(field.text).trim().toLowerCase() });
    });
  return lineTarget(change);
}

/** Enter and Esc while the line is open. */
export function fieldBindings(store: MigrationsStore, actions: MigrationsActions): readonly Binding[] {
  return lineBindings('migrations', {
    accept: () => accept(store, actions),
    cancel: () =>
      store.update((now) => {
        const closed = { ...now, field: undefined };
        return now.field?.asks === 'search' ? narrowed(closed, { search: '' }) : closed;
      }),
  });
}

function accept(store: MigrationsStore, actions: MigrationsActions): void {
  const { field } = store.get();
  if (field === undefined) return;
  const typed = textOf(field.text).trim();
  store.update((now) => ({ ...now, field: undefined }));
  if (typed === '') return;
  switch (field.asks) {
    case 'search':
      if (store.get().rows.length === 0) actions.say('No migration matches.');
      break;
    case 'directory':
      actions.openDirectory(typed);
      break;
    case 'log':
      actions.importLog(typed);
      break;
    case 'new':
      actions.writeNew(typed);
      break;
  }
}
