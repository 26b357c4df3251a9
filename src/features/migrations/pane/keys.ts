import type { Binding, KeyLayer } from '#console/public/contract.ts';
import { isMigration } from '../expected.ts';
import type { MigrationStatus } from '../status.ts';
import type { MigrationsActions } from './actions.ts';
import { fieldBindings, fieldTarget } from './field-keys.ts';
import { moveBindings, viewBindings } from './list-keys.ts';
import { askFor, markedMigration, type MigrationsStore, rollbackOf, shownMigration } from './migrations-state.ts';

/** The pane's keys; while something is typed, letters go into the field. */
export function migrationsLayer(store: MigrationsStore, actions: MigrationsActions): KeyLayer {
  return {
    title: 'Migrations',
    textTarget: () => (store.get().field === undefined ? undefined : fieldTarget(store)),
    bindings: () =>
      store.get().field === undefined
        ? [
            ...fileBindings(store, actions),
            ...runBindings(store, actions),
            ...viewBindings(store, actions),
            ...moveBindings(store),
          ]
        : fieldBindings(store, actions),
  };
}

type OnMigration = (
  run: (migration: MigrationStatus) => void,
  missing?: (migration: MigrationStatus) => string | undefined,
) => Pick<Binding, 'run' | 'disabledReason'>;

function onMarked(store: MigrationsStore): OnMigration {
  const migration = markedMigration(store.get());
  return (run, missing = () => undefined) => ({
    disabledReason: migration === undefined ? 'no migration is marked' : missing(migration),
    run: () => migration !== undefined && run(migration),
  });
}

function fileBindings(store: MigrationsStore, actions: MigrationsActions): readonly Binding[] {
  const state = store.get();
  const marked = markedMigration(state);
  const onMigration = onMarked(store);
  return [
    state.isOpen ? closeBinding(store) : openBinding(store, onMigration),
    {
      id: 'migrations.rollback-file',
      keys: ['o'],
      label: state.showsRollback ? 'the migration' : 'its rollback',
      help: 'Show the ROLLBACK_ file of the migration, or the migration again.',
      inFooter: state.isOpen && marked !== undefined && rollbackOf(state, marked) !== undefined,
      ...onMigration(
        () => store.update((now) => ({ ...now, isOpen: true, showsRollback: !(now.isOpen && now.showsRollback), scroll: 0 })),
        (migration) => (rollbackOf(state, migration) === undefined ? 'the folder has no rollback for it' : undefined),
      ),
    },
    {
      id: 'migrations.mark',
      keys: ['space'],
      label: 'mark',
      help: 'Mark the migration to be applied, or take the mark away.',
      ...onMigration(({ name }) => store.update((now) => ({ ...now, marked: toggled(now.marked, name) })), whyNotMarked),
    },
    {
      id: 'migrations.secrets',
      keys: ['x'],
      label: 'secrets',
      help: 'Show the secrets in the SQL of the file, or hide them again.',
      ...onMigration(() =>
        store.update((now) => {
          const name = shownMigration(now)?.name;
          return { ...now, revealed: now.revealed === name ? undefined : name };
        }),
      ),
    },
    {
      id: 'migrations.copy',
      keys: ['y'],
      label: 'copy',
      help: 'Copy the name, the SQL, the error or the evidence; secrets stay masked unless they are asked for.',
      command: 'copy',
      ...onMigration(actions.copy),
    },
  ];
}

function toggled(names: ReadonlySet<string>, name: string): ReadonlySet<string> {
  return new Set(names.has(name) ? [...names].filter((each) => each !== name) : [...names, name]);
}

function whyNotMarked({ file }: MigrationStatus): string | undefined {
  if (file === undefined) return 'its file is missing';
  return isMigration(file) ? undefined : 'it is no migration';
}

function runBindings(store: MigrationsStore, actions: MigrationsActions): readonly Binding[] {
  const onMigration = onMarked(store);
  const noFolder = store.get().reading === undefined ? 'there is no folder yet' : undefined;
  const closed = noFolder ?? actions.readOnlyReason();
  const reason = closed ?? actions.busyReason();
  return [
    {
      id: 'migrations.apply',
      keys: ['a'],
      label: 'apply',
      help: 'Apply the marked ones, all pending ones, or those up to here; shows statements and findings first.',
      command: 'apply',
      inFooter: true,
      disabledReason: reason,
      run: actions.apply,
    },
    {
      id: 'migrations.dry-run',
      keys: ['d'],
      label: 'dry run',
      help: 'Show what would be run, with its findings; runs nothing.',
      command: 'dry-run',
      inFooter: true,
      disabledReason: noFolder,
      run: actions.dryRun,
    },
    {
      id: 'migrations.rollback',
      keys: ['u'],
      label: 'roll back',
      help: 'Take the migration back with its ROLLBACK_ file.',
      inFooter: true,
      ...onMigration(actions.rollBack, () => reason),
    },
    {
      id: 'migrations.resolve',
      keys: ['v'],
      label: 'resolve',
      help: 'Say by hand, with a reason, that the migration is applied or reverted.',
      ...onMigration(actions.resolve, () => reason),
    },
    {
      id: 'migrations.history',
      keys: ['I'],
      label: 'history',
      help: 'Create the history, record a baseline from evidence, or import a log kept by hand.',
      command: 'history',
      inFooter: store.get().reading?.status.history.rows.length === 0,
      disabledReason: reason,
      run: actions.history,
    },
    {
      id: 'migrations.new',
      keys: ['n'],
      label: 'new',
      help: "Write the next migration and its rollback from the manual's template.",
      command: 'new',
      disabledReason: noFolder,
      run: () => askFor(store, 'new'),
    },
    {
      id: 'migrations.run',
      keys: ['p'],
      label: 'progress',
      help: 'Show what runs, or what was run last.',
      command: 'progress',
      inFooter: actions.busyReason() !== undefined,
      run: actions.showRun,
    },
  ];
}

function openBinding(store: MigrationsStore, onMigration: OnMigration): Binding {
  return {
    id: 'migrations.open',
    keys: ['enter', 'right', 'l'],
    label: 'open',
    help: 'Show the file: header, error, evidence, findings, statements.',
    inFooter: true,
    ...onMigration(() => store.update((now) => ({ ...now, isOpen: true, showsRollback: false, scroll: 0 }))),
  };
}

function closeBinding(store: MigrationsStore): Binding {
  return {
    id: 'migrations.close',
    keys: ['esc', 'enter', 'left', 'h'],
    label: 'back',
    help: 'Go back to the list.',
    inFooter: true,
    run: () => store.update((now) => ({ ...now, isOpen: false, showsRollback: false, revealed: undefined, scroll: 0 })),
  };
}
