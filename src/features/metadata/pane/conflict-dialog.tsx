import type { ReactNode } from 'react';
import type { Area, Binding } from '#console/public/contract.ts';
import { type ConsoleSession, useStore } from '#console/public/hooks.ts';
import { lineTarget } from '#console/public/open-line.ts';
import { displayText } from '#core/display-text.ts';
import { AdminError } from '#core/errors.ts';
import { type Choice, type Conflict, type Merge, resolveConflict } from '#core/json/merge.ts';
import type { JsonNode } from '#core/json/node.ts';
import { parseJson } from '#core/json/parse.ts';
import { formatPointer } from '#core/json/pointer.ts';
import { writeJson } from '#core/json/write.ts';
import { createStore, type Store } from '#core/store.ts';
import { Lines } from '#ui/Lines.tsx';
import { emptyLine, fitRows, type Line, span, words } from '#ui/line.ts';
import { fieldLine, fieldOf, type TextField, textOf } from '#ui/text-field.ts';
import { type Theme, useTheme } from '#ui/theme.ts';
import { pointerText, valueLine } from '#ui/change-lines.ts';
import { rebased } from './document-state.ts';
import { changeDocument, type MetadataStore } from './metadata-state.ts';
import { mostFieldGraphemes } from './prompts.ts';

interface ConflictState {
  readonly cursor: number;
  readonly choices: ReadonlyMap<string, Choice>;
  readonly field: TextField | undefined;
  readonly problem: string | undefined;
}

const id = 'metadata-conflict';
const linesEach = 6;

/** Others changed what the draft changes: shows each such path with base, mine and theirs, and goes on when all are decided. */
export function openConflicts(
  session: ConsoleSession,
  metadata: MetadataStore,
  outcome: { readonly theirs: JsonNode; readonly merge: Merge },
  reason: string,
  saveAgain: () => void,
): void {
  const { conflicts } = outcome.merge;
  const store = createStore<ConflictState>({ cursor: 0, choices: new Map(), field: undefined, problem: undefined });
  const change = (edit: (field: TextField) => TextField): void =>
    store.update((now) => (now.field === undefined ? now : { ...now, field: edit(now.field), problem: undefined }));
  const goOn = (): void => {
    const { choices } = store.get();
    const resolved = conflicts.reduce(
      (merge, { path }) => resolveConflict(merge, path, choices.get(formatPointer(path)) ?? 'theirs'),
      outcome.merge,
    );
    session.closeDialog(id);
    changeDocument(metadata, (now) => rebased(now, outcome.theirs, resolved.merged, reason));
    saveAgain();
  };
  session.openDialog({
    id,
    layer: {
      title: 'Conflict',
      textTarget: () => (store.get().field === undefined ? undefined : lineTarget(change, mostFieldGraphemes)),
      bindings: () =>
        store.get().field === undefined ? choiceBindings(session, store, conflicts, goOn) : fieldBindings(store, conflicts),
    },
    Content: (area) => <ConflictContent {...area} store={store} conflicts={conflicts} />,
  });
}

function choiceBindings(
  session: ConsoleSession,
  store: Store<ConflictState>,
  conflicts: readonly Conflict[],
  goOn: () => void,
): readonly Binding[] {
  const { cursor, choices } = store.get();
  const conflict = conflicts[cursor]!;
  const move = (by: number): void =>
    store.update((now) => ({ ...now, cursor: Math.max(0, Math.min(conflicts.length - 1, now.cursor + by)) }));
  const open = conflicts.length - choices.size;
  return [
    {
      id: 'conflict.mine',
      keys: ['m'],
      label: 'take mine',
      help: 'Take my value of the marked path.',
      inFooter: true,
      run: () => decide(store, conflicts, conflict, 'mine'),
    },
    {
      id: 'conflict.theirs',
      keys: ['t'],
      label: 'take theirs',
      help: 'Keep their value of the marked path.',
      inFooter: true,
      run: () => decide(store, conflicts, conflict, 'theirs'),
    },
    {
      id: 'conflict.edit',
      keys: ['e'],
      label: 'edit',
      help: 'Write another value for the marked path.',
      inFooter: true,
      run: () => store.update((now) => ({ ...now, field: fieldOf(startOf(conflict)) })),
    },
    {
      id: 'conflict.go-on',
      keys: ['enter', 'w'],
      label: 'save again',
      help: 'Go on to saving with what was decided.',
      inFooter: true,
      disabledReason: open > 0 ? `${open} still to decide` : undefined,
      run: goOn,
    },
    { id: 'conflict.down', keys: ['down', 'j'], label: 'down', help: 'Next path.', run: () => move(1) },
    { id: 'conflict.up', keys: ['up', 'k'], label: 'up', help: 'Path before.', run: () => move(-1) },
    {
      id: 'conflict.close',
      keys: ['esc', 'ctrl+c'],
      label: 'close',
      help: 'Close; the draft stays as it is.',
      inFooter: true,
      run: () => session.closeDialog(id),
    },
  ];
}

function startOf({ mine, theirs, base }: Conflict): string {
  const text = writeJson(mine ?? theirs ?? base ?? { kind: 'null' });
  return text.length > mostFieldGraphemes ? '' : text;
}

/** Decides a path, and goes to the next that is open. */
function decide(store: Store<ConflictState>, conflicts: readonly Conflict[], { path }: Conflict, choice: Choice): void {
  store.update((now) => {
    const choices = new Map(now.choices).set(formatPointer(path), choice);
    const next = conflicts.findIndex((conflict) => !choices.has(formatPointer(conflict.path)));
    return { cursor: next === -1 ? now.cursor : next, choices, field: undefined, problem: undefined };
  });
}

function fieldBindings(store: Store<ConflictState>, conflicts: readonly Conflict[]): readonly Binding[] {
  const accept = (): void => {
    const { field, cursor } = store.get();
    if (field === undefined) return;
    try {
      decide(store, conflicts, conflicts[cursor]!, { edited: parseJson(textOf(field)) });
    } catch (error) {
      if (!(error instanceof AdminError)) throw error;
      store.update((now) => ({ ...now, problem: `${error.message} ${error.whatToDo}` }));
    }
  };
  return [
    { id: 'conflict.accept', keys: ['enter'], label: 'take it', help: 'Take what was typed.', inFooter: true, run: accept },
    {
      id: 'conflict.cancel',
      keys: ['esc', 'ctrl+c'],
      label: 'close',
      help: 'Leave the field.',
      inFooter: true,
      run: () => store.update((now) => ({ ...now, field: undefined, problem: undefined })),
    },
  ];
}

function ConflictContent({
  columns,
  rows,
  store,
  conflicts,
}: Area & { readonly store: Store<ConflictState>; readonly conflicts: readonly Conflict[] }): ReactNode {
  const theme = useTheme();
  const state = useStore(store);
  const above: readonly Line[] = [
    [words('Conflict: nothing was saved', 'danger')],
    [words('Somebody else changed what this draft changes. Decide each path; all else is merged.')],
    emptyLine,
  ];
  const below = state.field === undefined ? [] : fieldLines(state, state.field, columns, theme);
  const shown = Math.max(1, Math.floor((rows - above.length - below.length) / linesEach));
  const from = Math.max(0, Math.min(state.cursor - shown + 1, conflicts.length - shown));
  const body = conflicts
    .slice(from, from + shown)
    .flatMap((conflict, index) => conflictLines(conflict, state, from + index === state.cursor, columns));
  return (
    <Lines columns={columns} lines={fitRows([...above, ...fitRows(body, rows - above.length - below.length), ...below], rows)} />
  );
}

function conflictLines(
  { path, base, mine, theirs }: Conflict,
  state: ConflictState,
  isMarked: boolean,
  columns: number,
): readonly Line[] {
  const choice = state.choices.get(formatPointer(path));
  const word = choice === undefined ? 'to decide' : typeof choice === 'string' ? `take ${choice}` : 'take what I wrote';
  const side = (name: string, node: JsonNode | undefined): readonly Line[] =>
    node === undefined
      ? [[words(`    ${name.padEnd(7)}`, 'muted'), words('(not there)', 'muted')]]
      : valueLine(name, path, node, columns);
  return [
    [
      words(isMarked ? ' > ' : '   '),
      span(displayText(pointerText(path), { maxWidth: columns }), isMarked ? 'selected' : 'strong'),
      words(`  ${word}`, choice === undefined ? 'warning' : 'good'),
    ],
    ...side('base', base),
    ...side('mine', mine),
    ...side('theirs', theirs),
    ...(typeof choice === 'object' ? valueLine('wrote', path, choice.edited, columns) : []),
    emptyLine,
  ];
}

function fieldLines({ problem }: ConflictState, field: TextField, columns: number, theme: Theme): readonly Line[] {
  return [
    [span(displayText(problem ?? '', { maxWidth: columns }), 'danger')],
    [words('value ', 'accent'), ...fieldLine(field, columns - 6, theme)],
  ];
}
