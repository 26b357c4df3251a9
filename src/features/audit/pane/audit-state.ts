import { createStore, type Store } from '#core/store.ts';
import { atTheEnd, keepLogPlace, type LogView, paused } from '#ui/log-view.ts';
import { fieldOf, type TextField } from '#ui/text-field.ts';
import type { AuditEntry } from '../entries.ts';
import type { ExportFormat, ExportProgress } from '../export.ts';
import type { PollReport } from '../follow/events.ts';
import type { AuditMigrationKind } from '../migrations.ts';
import type { AuditSource, NoSource } from '../source.ts';
import type { Condition, FilterField } from './conditions.ts';
import { type EntryRow, extentOf, type GapRow, type LogContents, nothingLoaded } from './entry-log.ts';
import type { TimeWindow } from './time-window.ts';

/** What the pane shows and where the operator is in it; outlives the pane's being on screen. */
export interface AuditState {
  readonly source:
    | { readonly state: 'reading' }
    | { readonly state: 'missing'; readonly why: NoSource | undefined }
    | { readonly state: 'there'; readonly source: AuditSource };
  readonly conditions: readonly Condition[];
  readonly window: TimeWindow | undefined;
  readonly log: LogContents;
  readonly view: LogView;
  /** Rows of the list on screen. */
  readonly height: number;
  readonly live: LiveState;
  readonly history: HistoryState;
  readonly field: OpenField | undefined;
  readonly exporting: { readonly file: string; readonly progress: ExportProgress | undefined } | undefined;
  /** What is searched in the view, lower case; empty for nothing. */
  readonly search: string;
  /** The entry fills the pane. */
  readonly isOpen: boolean;
  readonly scroll: number;
  /** Whole documents instead of changed paths. */
  readonly isWhole: boolean;
  /** Id of the entry whose secrets are shown. */
  readonly revealed: string | undefined;
  readonly isLocal: boolean;
  /** Names of tenants by what entries carry; undefined for one that is not there any more. */
  readonly tenantNames: ReadonlyMap<string, string | undefined>;
}

/** How following goes. */
export interface LiveState {
  readonly report: PollReport | undefined;
  /** When the server last answered, milliseconds since the epoch. */
  readonly heardAtMs: number | undefined;
  /** Since when there is no connection, milliseconds since the epoch. */
  readonly lostSinceMs: number | undefined;
  /** Why following ended; it does not go on by itself. */
  readonly failure: unknown;
}

/** The newest page, one at an end of what is loaded, or the pages around a moment. */
export type HistoryRead = 'newest' | 'older' | 'newer' | 'moment';

/** What of the table is loaded. */
export interface HistoryState {
  readonly reading: HistoryRead | undefined;
  readonly isAtStart: boolean;
  /** What could not be read last, and why. */
  readonly failed: { readonly reading: HistoryRead; readonly failure: unknown } | undefined;
  /** Newer entries than the loaded ones are not loaded: somebody went to a time, or so far back that the newest had to leave. */
  readonly isApart: boolean;
  /** Entries that came while apart. */
  readonly waiting: number;
}

/** A line that something is typed into. */
export type OpenField = { readonly text: TextField; readonly problem: string | undefined } & (
  | { readonly asks: 'search' }
  | { readonly asks: 'time' }
  | { readonly asks: 'condition'; readonly field: FilterField; readonly isExcluded: boolean }
  | { readonly asks: 'export'; readonly format: ExportFormat }
  | { readonly asks: 'migration'; readonly kind: AuditMigrationKind }
);

export type AuditStore = Store<AuditState>;

export const liveAtStart: LiveState = { report: undefined, heardAtMs: undefined, lostSinceMs: undefined, failure: undefined };
export const historyAtStart: HistoryState = {
  reading: undefined,
  isAtStart: false,
  failed: undefined,
  isApart: false,
  waiting: 0,
};

export function createAuditState(): AuditStore {
  return createStore<AuditState>({
    source: { state: 'reading' },
    conditions: [],
    window: undefined,
    log: nothingLoaded,
    view: atTheEnd,
    height: 1,
    live: liveAtStart,
    history: historyAtStart,
    field: undefined,
    exporting: undefined,
    search: '',
    isOpen: false,
    scroll: 0,
    isWhole: false,
    revealed: undefined,
    isLocal: false,
    tenantNames: new Map(),
  });
}

/** The state with other rows: the view keeps its place. */
export function withLog(state: AuditState, log: LogContents): AuditState {
  return { ...state, log, view: keepLogPlace(state.view, extentOf(log), state.height) };
}

/** The row under the cursor, where it is an entry. */
export function markedRow({ log, view }: AuditState): EntryRow | undefined {
  const row = log.rows[view.cursor - log.first];
  return row?.kind === 'entry' ? row : undefined;
}

/** The row under the cursor, where it is a gap. */
export function markedGap({ log, view }: AuditState): GapRow | undefined {
  const row = log.rows[view.cursor - log.first];
  return row?.kind === 'gap' ? row : undefined;
}

export function markedEntry(state: AuditState): AuditEntry | undefined {
  return markedRow(state)?.entry;
}

/** The entries of all rows. */
export function loadedEntries({ log }: AuditState): readonly AuditEntry[] {
  return log.rows.flatMap((row) => (row.kind === 'entry' ? [row.entry] : []));
}

/** The same place, and entries that come do not move it any more. */
export function pausedState(state: AuditState): AuditState {
  return { ...state, view: paused(state.view, extentOf(state.log)) };
}

/** What an open line asks for, without what is typed into it. */
export type Asked = OpenField extends infer Field ? (Field extends OpenField ? Omit<Field, 'text' | 'problem'> : never) : never;

/** Opens the line that something is typed into. */
export function askFor(store: AuditStore, asked: Asked, text = ''): void {
  store.update((now) => ({ ...now, isOpen: false, field: { ...asked, text: fieldOf(text), problem: undefined } }));
}
