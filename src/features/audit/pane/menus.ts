import { choose } from '#console/public/choose.tsx';
import type { ConsoleSession } from '#console/public/hooks.ts';
import type { AuditEntry } from '../entries.ts';
import { askFor, type AuditStore, loadedEntries } from './audit-state.ts';
import { type Condition, fields, type FilterField, filterFields, valuesOf, withCondition } from './conditions.ts';
import { windowLengths } from './time-window.ts';

/** What the menus do with a choice. */
export interface MenuResults {
  readonly filtered: () => void;
  readonly pin: (entry: AuditEntry) => void;
}

const letters: Readonly<Record<FilterField, string>> = { tables: 't', actions: 'a', actors: 'u', records: 'r', text: 'x' };
const mostValues = 40;

/** Asks which field to narrow by, and offers each condition to be taken away. */
export function filterMenu(session: ConsoleSession, store: AuditStore, results: MenuResults): void {
  const { conditions } = store.get();
  const choiceOf = (field: FilterField, isExcluded: boolean): Parameters<typeof choose>[1]['choices'][number] => ({
    label: `${isExcluded ? 'without' : 'only'} ${fields[field].title} ...`,
    hotkey: isExcluded ? letters[field].toUpperCase() : letters[field],
    run: () => valueMenu(session, store, results, field, isExcluded),
  });
  choose(session, {
    title: 'Filter, on the server',
    choices: [
      ...filterFields.map((field) => choiceOf(field, false)),
      ...filterFields.map((field) => choiceOf(field, true)),
      ...conditions.map((condition) => ({
        label: `take away: ${condition.isExcluded ? 'without' : 'only'} ${fields[condition.field].title} ${condition.value}`,
        run: () => {
          store.update((now) => ({ ...now, conditions: now.conditions.filter((known) => known !== condition) }));
          results.filtered();
        },
      })),
    ],
  });
}

/** The values that are loaded, the most frequent first, or one to be typed. */
function valueMenu(
  session: ConsoleSession,
  store: AuditStore,
  results: MenuResults,
  field: FilterField,
  isExcluded: boolean,
): void {
  const type = (): void => askFor(store, { asks: 'condition', field, isExcluded });
  const values = field === 'records' || field === 'text' ? [] : valuesOf(loadedEntries(store.get()), field);
  if (values.length === 0) {
    type();
    return;
  }
  choose(session, {
    title: `${isExcluded ? 'Without' : 'Only'} ${fields[field].title} (numbers of what is loaded)`,
    choices: [
      { label: 'type it ...', hotkey: '/', run: type },
      ...values.slice(0, mostValues).map(([value, count]) => ({
        label: value,
        detail: String(count),
        run: () => add(store, results, { field, value, isExcluded }),
      })),
    ],
  });
}

function add(store: AuditStore, results: MenuResults, condition: Condition): void {
  store.update((now) => ({ ...now, conditions: withCondition(now.conditions, condition) }));
  results.filtered();
}

/** Offers what the marked entry has in common with others. */
export function likeThisMenu(
  session: ConsoleSession,
  store: AuditStore,
  results: MenuResults,
  entry: AuditEntry,
  isExcluded: boolean,
): void {
  const choices = filterFields.flatMap((field) => {
    const value = fields[field].of(entry);
    if (value === null) return [];
    const run = (): void => add(store, results, { field, value, isExcluded });
    return [{ label: fields[field].title, detail: value, hotkey: letters[field], run }];
  });
  const tenant =
    isExcluded || entry.tenantId === null
      ? []
      : [{ label: 'tenant, pinned', detail: entry.tenantId, hotkey: 'p', run: () => results.pin(entry) }];
  choose(session, { title: isExcluded ? 'Without entries of this' : 'Only entries of this', choices: [...choices, ...tenant] });
}

/** Asks from when on, or to which time to go. */
export function windowMenu(session: ConsoleSession, store: AuditStore, results: MenuResults): void {
  choose(session, {
    title: 'From when on',
    choices: [
      ...windowLengths.map(({ title, lengthMs }, index) => ({
        label: `${index + 1} ${title}`,
        run: () => {
          store.update((now) => ({ ...now, window: { fromMs: Date.now() - lengthMs } }));
          results.filtered();
        },
      })),
      {
        label: `${windowLengths.length + 1} all time`,
        hotkey: 'a',
        run: () => {
          store.update((now) => ({ ...now, window: undefined }));
          results.filtered();
        },
      },
      { label: `${windowLengths.length + 2} go to a time ...`, hotkey: 'g', run: () => askFor(store, { asks: 'time' }) },
    ],
  });
}
