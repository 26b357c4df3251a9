import type { Binding, TextTarget } from '#console/public/contract.ts';
import { lineBindings, lineTarget } from '#console/public/open-line.ts';
import { parseMoment } from '#core/parse-moment.ts';
import { placeLogCursor } from '#ui/log-view.ts';
import { type TextField, textOf } from '#ui/text-field.ts';
import type { AuditActions } from './actions.ts';
import type { AuditStore, OpenField } from './audit-state.ts';
import { withCondition } from './conditions.ts';
import { extentOf } from './entry-log.ts';
import { findMatch } from './view-search.ts';

/** Typing into the open line; a search marks its matches as one types. */
export function fieldTarget(store: AuditStore): TextTarget {
  const change = (edit: (text: TextField) => TextField): void =>
    store.update((now) => {
      if (now.field === undefined) return now;
      const field = { ...now.field, text: edit(now.field.text), problem: undefined };
      return { ...now, field, search: field.asks === 'search' ? textOf(field.text).toLowerCase() : now.search };
    });
  return lineTarget(change);
}

/** Enter and Esc while the line is open. */
export function fieldBindings(store: AuditStore, actions: AuditActions): readonly Binding[] {
  const close = (): void => {
    const wasSearch = store.get().field?.asks === 'search';
    store.update((now) => ({ ...now, field: undefined, ...(wasSearch && { search: '' }) }));
  };
  return lineBindings('audit', { accept: () => accept(store, actions), cancel: close });
}

function accept(store: AuditStore, actions: AuditActions): void {
  const { field, isLocal } = store.get();
  if (field === undefined) return;
  const typed = textOf(field.text).trim();
  const isBlankSearch = typed === '' && field.asks === 'search';
  store.update((now) => ({ ...now, field: undefined, ...(isBlankSearch && { search: '' }) }));
  if (typed === '') return;
  switch (field.asks) {
    case 'search':
      toNearestMatch(store, actions);
      break;
    case 'condition': {
      const { isExcluded } = field;
      store.update((now) => ({
        ...now,
        conditions: withCondition(now.conditions, { field: field.field, value: typed, isExcluded }),
      }));
      actions.filtered();
      break;
    }
    case 'export':
      actions.export(typed, field.format);
      break;
    case 'migration':
      actions.writeMigration(typed, field.kind);
      break;
    case 'time': {
      const moment = parseMoment(typed, { now: new Date(), isLocal });
      if (moment === undefined) reopen(store, field, 'Type 14:05, 2026-11-22 14:05, or how long ago: 3h, 2d.');
      else actions.goTo(Date.parse(moment.at));
      break;
    }
  }
}

/** What can not be taken stays in the field with the reason. */
function reopen(store: AuditStore, field: OpenField, problem: string): void {
  store.update((now) => ({ ...now, field: { ...field, problem } }));
}

/** The newest entries are at the bottom: the nearest match is looked for upwards. */
function toNearestMatch(store: AuditStore, actions: AuditActions): void {
  const state = store.get();
  const found = findMatch(state, state.view.cursor, -1);
  if (found === undefined) actions.say(`Nothing that is loaded matches "${state.search}"; f, then x, searches the whole table.`);
  else store.update((now) => ({ ...now, view: placeLogCursor(now.view, found, extentOf(now.log), now.height) }));
}
