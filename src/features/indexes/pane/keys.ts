import type { Binding, KeyLayer } from '#console/public/contract.ts';
import { actBindings } from './act-keys.ts';
import type { IndexesActions } from './actions.ts';
import { fieldBindings, fieldTarget } from './field-keys.ts';
import { type IndexesStore, rowHere } from './indexes-state.ts';
import { moveBindings, viewBindings } from './list-keys.ts';
import type { Row } from './rows.ts';

/** The pane's keys; while something is typed, letters go into the field. */
export function indexesLayer(store: IndexesStore, actions: IndexesActions): KeyLayer {
  return {
    title: 'Indexes',
    textTarget: () => (store.get().field === undefined ? undefined : fieldTarget(store)),
    bindings: () =>
      store.get().field === undefined
        ? [
            ...rowBindings(store, actions),
            ...viewBindings(store, actions),
            ...actBindings(store, actions),
            ...moveBindings(store),
          ]
        : fieldBindings(store, actions),
  };
}

function rowBindings(store: IndexesStore, actions: IndexesActions): readonly Binding[] {
  const { isOpen, marked } = store.get();
  const row = rowHere(store.get());
  const onRow = (run: (row: Row) => void): Pick<Binding, 'run' | 'disabledReason'> => ({
    disabledReason: row === undefined ? 'nothing is marked' : undefined,
    run: () => row !== undefined && run(row),
  });
  const index = row?.index;
  return [
    isOpen
      ? {
          id: 'indexes.close',
          keys: ['esc', 'enter', 'left', 'h'],
          label: 'back',
          help: 'Go back to the list.',
          inFooter: true,
          run: () => store.update((now) => ({ ...now, isOpen: false, scroll: 0 })),
        }
      : {
          id: 'indexes.open',
          keys: ['enter', 'right', 'l'],
          label: 'open',
          help: 'Show definition, what would be lost by dropping it, what stands beside it, and statements.',
          inFooter: true,
          ...onRow(() => store.update((now) => ({ ...now, isOpen: true, scroll: 0 }))),
        },
    {
      id: 'indexes.mark',
      keys: ['space'],
      label: 'mark',
      help: 'Mark the index or finding, or take the mark away.',
      inFooter: marked.size > 0,
      ...onRow(({ key }) => store.update((now) => ({ ...now, marked: toggled(now.marked, key) }))),
    },
    {
      id: 'indexes.write',
      keys: ['w'],
      label: 'migration',
      help: 'Write the marked findings as numbered migrations, a file each or all in one, with their ROLLBACK_ twins; runs nothing.',
      command: 'write-migration',
      inFooter: true,
      disabledReason: whyNothingToWrite(store, actions),
      run: actions.askWrite,
    },
    {
      id: 'indexes.bloat',
      keys: ['b'],
      label: 'bloat',
      help: 'Measure the bloat of the index with pgstatindex, which reads all of it.',
      inFooter: isOpen,
      disabledReason: index === undefined ? 'no index is marked' : undefined,
      run: () => index !== undefined && actions.measure(index),
    },
    {
      id: 'indexes.copy',
      keys: ['y'],
      label: 'copy',
      help: 'Copy the name, the definition, the reason or the statement.',
      command: 'copy',
      ...onRow(actions.copy),
    },
  ];
}

/** Why there is no finding to be written. */
function whyNothingToWrite(store: IndexesStore, actions: IndexesActions): string | undefined {
  if (actions.findingsToWrite().length > 0) return undefined;
  return store.get().judgement === undefined ? 'the indexes are still being judged' : 'nothing was found about this one';
}

function toggled(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  return new Set(keys.has(key) ? [...keys].filter((each) => each !== key) : [...keys, key]);
}
