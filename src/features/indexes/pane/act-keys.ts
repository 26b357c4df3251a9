import type { Binding } from '#console/public/contract.ts';
import type { IndexesActions } from './actions.ts';
import { type IndexesStore, rowHere } from './indexes-state.ts';
import type { Row } from './rows.ts';

/** What is done to indexes and tables; each is shown and confirmed first. */
export function actBindings(store: IndexesStore, actions: IndexesActions): readonly Binding[] {
  const row = rowHere(store.get());
  const reason = actions.whyNotNow();
  const onRow = (run: (row: Row) => void): Pick<Binding, 'run' | 'disabledReason'> => ({
    disabledReason: row === undefined ? 'nothing is marked' : reason,
    run: () => row !== undefined && run(row),
  });
  return [
    {
      id: 'indexes.reindex',
      keys: ['R'],
      label: 'rebuild',
      help: 'Rebuild the index, the marked ones or all of the table while they are used (REINDEX CONCURRENTLY).',
      command: 'reindex',
      inFooter: true,
      ...onRow(actions.reindex),
    },
    {
      id: 'indexes.vacuum',
      keys: ['V'],
      label: 'vacuum',
      help: 'Vacuum the table: dead rows become room, and pages known as all-visible.',
      command: 'vacuum',
      ...onRow(actions.vacuum),
    },
    {
      id: 'indexes.analyze',
      keys: ['A'],
      label: 'analyze',
      help: 'Count anew what the planner knows of the table.',
      command: 'analyze',
      ...onRow(actions.analyze),
    },
    {
      id: 'indexes.clean',
      keys: ['C'],
      label: 'clean',
      help: 'Drop the invalid _ccnew and _ccold indexes that interrupted rebuilding left behind.',
      command: 'clean',
      disabledReason: reason,
      run: actions.clean,
    },
    {
      id: 'indexes.run',
      keys: ['p'],
      label: 'progress',
      help: 'Show what runs, or what was done last.',
      command: 'progress',
      inFooter: actions.isBusy(),
      run: actions.showRun,
    },
  ];
}
