import type { Binding, KeyLayer } from '#console/public/contract.ts';
import type { AuditEntry } from '../entries.ts';
import type { AuditActions } from './actions.ts';
import { type AuditStore, markedEntry, markedGap, pausedState } from './audit-state.ts';
import { fieldBindings, fieldTarget } from './field-keys.ts';
import { filterBindings, searchBindings } from './filter-keys.ts';
import { moveBindings, viewBindings } from './view-keys.ts';

/** The pane's keys; while something is typed, letters go into the field. */
export function auditLayer(store: AuditStore, actions: AuditActions): KeyLayer {
  return {
    title: 'Audit',
    textTarget: () => (store.get().field === undefined ? undefined : fieldTarget(store)),
    bindings: () =>
      store.get().field === undefined
        ? [
            ...entryBindings(store, actions),
            ...searchBindings(store, actions),
            ...filterBindings(store, actions),
            ...viewBindings(store, actions),
            ...moveBindings(store, actions),
          ]
        : fieldBindings(store, actions),
  };
}

function entryBindings(store: AuditStore, actions: AuditActions): readonly Binding[] {
  const state = store.get();
  const entry = markedEntry(state);
  const onEntry = (
    run: (entry: AuditEntry) => void,
    missing: (entry: AuditEntry) => string | undefined = () => undefined,
  ): Pick<Binding, 'run' | 'disabledReason'> => ({
    disabledReason: entry === undefined ? 'no entry is marked' : missing(entry),
    run: () => entry !== undefined && run(entry),
  });
  const withRecord = ({ recordId, table }: AuditEntry): string | undefined =>
    recordId === null || table === null ? 'this entry names no record' : undefined;
  const isPinned = entry !== undefined && actions.isPinned(entry);
  return [
    state.isOpen ? closeBinding(store) : openBinding(store),
    {
      id: 'audit.record',
      keys: ['o'],
      label: 'this record',
      help: 'Show everything on the record of the marked entry.',
      inFooter: true,
      ...onEntry(actions.showRecord, withRecord),
    },
    {
      id: 'audit.metadata',
      keys: ['m'],
      label: 'metadata',
      help: "Open the record's document in Metadata.",
      inFooter: true,
      ...onEntry(actions.showMetadata, withRecord),
    },
    {
      id: 'audit.pin',
      keys: ['t'],
      label: isPinned ? 'unpin' : 'pin tenant',
      help: "Pin the entry's tenant: the list shows only its entries.",
      command: 'pin',
      ...onEntry(actions.pin, ({ tenantId }) => (tenantId === null ? 'this entry names no tenant' : undefined)),
    },
    {
      id: 'audit.copy',
      keys: ['y'],
      label: 'copy',
      help: 'Copy the entry as JSON, its id, or the id of its record.',
      command: 'copy',
      inFooter: true,
      ...onEntry(actions.copy),
    },
    {
      id: 'audit.whole',
      keys: ['d'],
      label: state.isWhole ? 'changes' : 'documents',
      help: 'Show whole documents, or only the paths that changed.',
      run: () => store.update((now) => ({ ...now, isWhole: !now.isWhole, scroll: 0 })),
    },
    {
      id: 'audit.secrets',
      keys: ['x'],
      label: 'secrets',
      help: 'Show the secrets of the marked entry, or hide them again.',
      ...onEntry(({ id }) => store.update((now) => ({ ...now, revealed: now.revealed === id ? undefined : id }))),
    },
  ];
}

function openBinding(store: AuditStore): Binding {
  const state = store.get();
  return {
    id: 'audit.open',
    keys: ['enter', 'right', 'l'],
    label: 'open',
    help: 'Show the entry: old against new; or what a gap means.',
    inFooter: true,
    disabledReason: (markedEntry(state) ?? markedGap(state)) === undefined ? 'no entry is marked' : undefined,
    run: () => store.update((now) => ({ ...pausedState(now), isOpen: true, scroll: 0 })),
  };
}

function closeBinding(store: AuditStore): Binding {
  return {
    id: 'audit.close',
    keys: ['esc', 'enter', 'left', 'h'],
    label: 'back',
    help: 'Go back to the list.',
    inFooter: true,
    run: () => store.update((now) => ({ ...now, isOpen: false })),
  };
}
