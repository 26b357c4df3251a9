import type { Binding, KeyLayer } from '#console/public/contract.ts';
import { lineTarget } from '#console/public/open-line.ts';
import { type ListMove, moveList } from '#ui/list-state.ts';
import { type TextField } from '#ui/text-field.ts';
import type { Match } from '../find.ts';
import { type FindStore, matchKey } from './find-state.ts';

/** What the box can do with a match; the shell knows how. */
export interface FindActions {
  readonly close: () => void;
  /** Whether a tenant is pinned, which narrows the search. */
  readonly isPinned: () => boolean;
  readonly showTenant: (match: Match) => void;
  readonly showRecord: (match: Match) => void;
  readonly showAudit: (match: Match) => void;
  readonly pinTenant: (match: Match) => void;
  readonly copyId: (match: Match) => void;
}

/** The find box's keys. Letters go into the field, so every action has a key that types nothing. */
export function findLayer(state: FindStore, actions: FindActions): KeyLayer {
  const change = (edit: (field: TextField) => TextField): void => state.update((now) => ({ ...now, field: edit(now.field) }));
  return {
    title: 'Find',
    textTarget: () => lineTarget(change),
    bindings: () => findBindings(state, actions),
  };
}

function findBindings(state: FindStore, actions: FindActions): readonly Binding[] {
  const { matches, list, height, everywhere } = state.get();
  const match = matches[list.cursor];
  const move = (to: ListMove): void =>
    state.update((now) => ({ ...now, list: moveList(now.list, to, matches.map(matchKey), height) }));
  const onMatch = (
    run: (match: Match) => void,
    missing: (match: Match) => string | undefined = () => undefined,
  ): Pick<Binding, 'run' | 'disabledReason'> => ({
    disabledReason: match === undefined ? 'nothing is found yet' : missing(match),
    run: () => match !== undefined && run(match),
  });
  const withoutTenant = (found: Match): string | undefined =>
    found.tenant_id === null ? 'this row belongs to no tenant' : undefined;
  const ofAudit = (found: Match): string | undefined =>
    found.kind === 'audit' ? 'this is an audit entry; the record itself, where it still is, is a match of its own' : undefined;
  return [
    {
      id: 'find.open',
      keys: ['enter'],
      label: 'open tenant',
      help: 'Show the tenant of the marked match.',
      inFooter: true,
      ...onMatch(actions.showTenant, withoutTenant),
    },
    {
      id: 'find.record',
      keys: ['ctrl+o'],
      label: 'record',
      help: 'Hand the marked record over to Metadata.',
      inFooter: true,
      ...onMatch(actions.showRecord, ofAudit),
    },
    {
      id: 'find.audit',
      keys: ['ctrl+l'],
      label: 'audit',
      help: "Show the marked record's audit log.",
      inFooter: true,
      ...onMatch(actions.showAudit),
    },
    {
      id: 'find.pin',
      keys: ['ctrl+t'],
      label: 'pin tenant',
      help: 'Pin the tenant of the marked match.',
      inFooter: true,
      ...onMatch(actions.pinTenant, withoutTenant),
    },
    {
      id: 'find.copy',
      keys: ['ctrl+y'],
      label: 'copy id',
      help: 'Copy the id of the marked match.',
      inFooter: true,
      ...onMatch(actions.copyId),
    },
    {
      id: 'find.everywhere',
      keys: ['ctrl+g'],
      label: everywhere ? 'this tenant' : 'all tenants',
      help: 'Search all tenants, or the pinned one only.',
      inFooter: actions.isPinned(),
      disabledReason: actions.isPinned() ? undefined : 'no tenant is pinned: all are searched',
      run: () => state.update((now) => ({ ...now, everywhere: !now.everywhere })),
    },
    { id: 'find.down', keys: ['down', 'tab', 'ctrl+n'], label: 'next', help: 'Next match.', run: () => move('down') },
    { id: 'find.up', keys: ['up', 'shift+tab', 'ctrl+p'], label: 'previous', help: 'Match before.', run: () => move('up') },
    { id: 'find.page-down', keys: ['pagedown'], label: 'page', help: 'A page down.', run: () => move('page-down') },
    { id: 'find.page-up', keys: ['pageup'], label: 'page', help: 'A page up.', run: () => move('page-up') },
    { id: 'find.close', keys: ['esc', 'ctrl+c'], label: 'close', help: 'Close.', inFooter: true, run: actions.close },
  ];
}
