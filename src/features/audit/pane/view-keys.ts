import type { Binding } from '#console/public/contract.ts';
import { type LogMove, moveLog, placeLogCursor } from '#ui/log-view.ts';
import type { AuditActions } from './actions.ts';
import { type AuditStore, pausedState } from './audit-state.ts';
import { extentOf } from './entry-log.ts';
import { whyNoMigration } from './migration-offer.ts';

/** Which stretch of time is shown, and how. */
export function viewBindings(store: AuditStore, actions: AuditActions): readonly Binding[] {
  const { view, history, source, exporting } = store.get();
  const isLive = view.isFollowing && !history.isApart;
  return [
    {
      id: 'audit.window',
      keys: ['w'],
      label: 'time',
      help: 'Choose from when on: the last 5 minutes to 7 days, all time, or go to a time.',
      command: 'time',
      inFooter: true,
      run: actions.window,
    },
    {
      id: 'audit.pause',
      keys: ['p'],
      label: isLive ? 'pause' : 'live',
      help: 'Keep the list where it is while entries come, or go on following.',
      inFooter: !isLive,
      run: () => (isLive ? store.update(pausedState) : toNewest(store, actions)),
    },
    {
      id: 'audit.local',
      keys: ['z'],
      label: 'local time',
      help: "Show times in UTC, or in this machine's time zone.",
      run: () => store.update((now) => ({ ...now, isLocal: !now.isLocal })),
    },
    {
      id: 'audit.export',
      keys: ['e'],
      label: exporting === undefined ? 'export' : 'stop export',
      help: 'Write what the filter and the time let through to a file, as NDJSON or CSV; or stop that.',
      command: 'export',
      inFooter: exporting !== undefined,
      disabledReason: source.state === 'there' ? undefined : 'there is no audit log to be read',
      run: actions.askExport,
    },
    {
      id: 'audit.migration',
      keys: ['W'],
      label: 'migration',
      help: 'Write a migration that makes the log cheap to follow: an index on the time, or txid. Nothing is run.',
      command: 'write-migration',
      disabledReason: whyNoMigration(source.state === 'there' ? source.source : undefined),
      run: actions.askMigration,
    },
    { id: 'audit.refresh', keys: ['r'], label: 'refresh', help: 'Read again now.', command: 'refresh', run: actions.refresh },
  ];
}

function toNewest(store: AuditStore, actions: AuditActions): void {
  store.update((now) => ({ ...now, view: moveLog(now.view, 'last', extentOf(now.log), now.height) }));
  actions.toNewest();
}

/** The keys that move in the list, or scroll the open entry. */
export function moveBindings(store: AuditStore, actions: AuditActions): readonly Binding[] {
  const { isOpen } = store.get();
  const move = (to: LogMove): void => {
    store.update((now) =>
      now.isOpen
        ? { ...now, scroll: scrolled(now.scroll, to, now.height) }
        : { ...now, view: moveLog(now.view, to, extentOf(now.log), now.height) },
    );
    actions.moved();
  };
  const step = (by: 1 | -1): void => {
    store.update((now) => ({
      ...now,
      scroll: 0,
      view: placeLogCursor(now.view, now.view.cursor + by, extentOf(now.log), now.height),
    }));
    actions.moved();
  };
  return [
    { id: 'audit.down', keys: ['down', 'j'], label: 'down', help: 'Next row.', run: () => move('down') },
    {
      id: 'audit.up',
      keys: ['up', 'k'],
      label: 'up',
      help: 'Row before; the list stays there while entries come.',
      run: () => move('up'),
    },
    { id: 'audit.next-entry', keys: ['J'], label: 'next entry', help: 'Next entry, also while one is open.', run: () => step(1) },
    {
      id: 'audit.previous-entry',
      keys: ['K'],
      label: 'entry before',
      help: 'Entry before, also while one is open.',
      run: () => step(-1),
    },
    {
      id: 'audit.page-down',
      keys: ['pagedown', 'ctrl+d', 'space'],
      label: 'page down',
      help: 'A page down.',
      run: () => move('page-down'),
    },
    { id: 'audit.page-up', keys: ['pageup', 'ctrl+u', 'b'], label: 'page up', help: 'A page up.', run: () => move('page-up') },
    {
      id: 'audit.first',
      keys: ['home', 'g'],
      label: 'first',
      help: 'To the first row that is loaded; older ones are read then.',
      run: () => move('first'),
    },
    {
      id: 'audit.last',
      keys: ['end', 'G'],
      label: 'live',
      help: 'To the newest entry, and follow.',
      command: 'live',
      run: () => (isOpen ? move('last') : toNewest(store, actions)),
    },
  ];
}

/** Where the open entry is scrolled to; the pane keeps it from going past the end. */
function scrolled(row: number, move: LogMove, height: number): number {
  const by = { up: -1, down: 1, 'page-up': -height, 'page-down': height, first: -Infinity, last: Infinity }[move];
  return Math.max(0, Math.min(Number.MAX_SAFE_INTEGER, row + by));
}
