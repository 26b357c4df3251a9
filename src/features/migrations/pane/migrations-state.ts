import { createStore, type Store } from '#core/store.ts';
import { keepPlace, listAtStart, type ListState, placeAnew } from '#ui/list-state.ts';
import { fieldOf, type TextField } from '#ui/text-field.ts';
import type { MigrationFolder } from '../folder.ts';
import type { SharedLintFacts } from '../lint-facts.ts';
import type { FolderStatus } from '../migrations.ts';
import type { MigrationStatus } from '../status.ts';
import { type Narrowing, shownMigrations } from './showing.ts';

/** A folder beside the database, as it was read last. */
export interface FolderReading {
  readonly folder: MigrationFolder;
  readonly status: FolderStatus;
  /** What lint knows of the database. */
  readonly facts: SharedLintFacts;
}

/** What the pane shows and where the operator is in it; outlives the pane's being on screen. */
export interface MigrationsState extends Narrowing {
  /** The folder that was asked for; undefined for the usual places. */
  readonly directory: string | undefined;
  readonly reading: FolderReading | undefined;
  /** What filter and search leave, in the order of the list. */
  readonly rows: readonly MigrationStatus[];
  readonly list: ListState;
  /** The migration to which the cursor goes as soon as it is read. */
  readonly awaited: string | undefined;
  /** Rows of the list on screen. */
  readonly height: number;
  /** Names that were marked to be applied. */
  readonly marked: ReadonlySet<string>;
  readonly field: OpenField | undefined;
  /** The file fills the pane. */
  readonly isOpen: boolean;
  /** The rollback beside the file is shown instead of it. */
  readonly showsRollback: boolean;
  /** The file whose secrets are shown. */
  readonly revealed: string | undefined;
  readonly scroll: number;
}

/** A line that something is typed into. */
export interface OpenField {
  readonly asks: 'search' | 'directory' | 'log' | 'new';
  readonly text: TextField;
}

export type MigrationsStore = Store<MigrationsState>;

export function createMigrationsState(directory: string | undefined): MigrationsStore {
  return createStore<MigrationsState>({
    directory,
    reading: undefined,
    filter: 'all',
    search: '',
    isWorstFirst: false,
    rows: [],
    list: listAtStart,
    awaited: undefined,
    height: 1,
    marked: new Set(),
    field: undefined,
    isOpen: false,
    showsRollback: false,
    revealed: undefined,
    scroll: 0,
  });
}

/** The state with rows and cursor as they follow from the rest. */
export function arranged(state: MigrationsState): MigrationsState {
  const rows = shownMigrations(state.reading?.status.migrations ?? [], state);
  const names = new Set(state.reading?.status.migrations.map(({ name }) => name) ?? []);
  const isKept = state.reading === undefined || [...state.marked].every((name) => names.has(name));
  const keys = rows.map(({ name }) => name);
  const { awaited, list, height, filter, search } = state;
  const isRead = awaited !== undefined && keys.includes(awaited);
  return {
    ...state,
    rows,
    marked: isKept ? state.marked : new Set([...state.marked].filter((name) => names.has(name))),
    list: isRead ? placeAnew({ ...list, key: awaited }, keys, height) : keepPlace(list, keys, height, `${filter} ${search}`),
    awaited: isRead ? undefined : awaited,
  };
}

/** The state narrowed anew, or no longer. */
export function narrowed(state: MigrationsState, narrowing: Partial<Narrowing>): MigrationsState {
  return arranged({ ...state, ...narrowing, awaited: undefined });
}

/** The migration under the cursor. */
export function markedMigration({ rows, list }: Pick<MigrationsState, 'rows' | 'list'>): MigrationStatus | undefined {
  return rows[list.cursor];
}

/** The script that takes a migration back. */
export function rollbackOf(
  { reading }: Pick<MigrationsState, 'reading'>,
  migration: MigrationStatus,
): MigrationStatus | undefined {
  return reading?.status.migrations.find(
    ({ file }) => file?.place.kind === 'rollback' && file.place.undoes.toLowerCase() === migration.name.toLowerCase(),
  );
}

/** The file whose text is shown: the marked migration, or the script that takes it back. */
export function shownMigration(state: MigrationsState): MigrationStatus | undefined {
  const migration = markedMigration(state);
  if (migration === undefined || !state.isOpen || !state.showsRollback) return migration;
  return rollbackOf(state, migration) ?? migration;
}

/** Opens the line that something is typed into. */
export function askFor(store: MigrationsStore, asks: OpenField['asks'], text = ''): void {
  store.update((now) => ({ ...now, isOpen: false, field: { asks, text: fieldOf(text) } }));
}
