import { type ReactNode, useMemo } from 'react';
import { displayText } from '#core/display-text.ts';
import { createStore, type Store } from '#core/store.ts';
import { Lines } from '#ui/Lines.tsx';
import { emptyLine, fitRows, type Line, span, words } from '#ui/line.ts';
import { editText, emptyField, fieldLine, fieldOf, insertText, type TextField, textOf } from '#ui/text-field.ts';
import { type Theme, useTheme } from '#ui/theme.ts';
import { failureLines } from '#ui/failure-lines.ts';
import type { Area, Binding } from './contract.ts';
import { type ConsoleSession, useSession, useStore } from './hooks.ts';
import { firstFocus, missing, missingReason, type WriteRequest, type WriteState } from './write-request.ts';

const id = 'write';

/** Shows what would be written and asks for the reason; on production also for a word that belongs to the record. */
export function openWrite(session: ConsoleSession, request: WriteRequest): void {
  const store = createStore<WriteState>({
    section: 0,
    scroll: 0,
    reason: fieldOf(request.reason ?? ''),
    typed: emptyField,
    focus: firstFocus(request),
    isRunning: false,
    failure: undefined,
  });
  const change = (edit: (field: TextField) => TextField): void =>
    store.update((now) => (now.focus === 'given' ? now : { ...now, failure: undefined, [now.focus]: edit(now[now.focus]) }));
  session.openDialog({
    id,
    layer: {
      title: request.label,
      textTarget: () =>
        store.get().isRunning || store.get().focus === 'given' || (request.reason === undefined && request.typed === undefined)
          ? undefined
          : {
              insert: (text) => {
                const isPaste = fieldOf(text).graphemes.length > 1;
                if (store.get().focus === 'typed' && isPaste) session.notify('Type it; pasting does not count.', 'warning');
                else change((field) => insertText(field, text));
              },
              edit: (edit) => change((field) => editText(field, edit)),
            },
      bindings: () => writeBindings(session, store, request),
    },
    Content: (area) => <WriteContent {...area} store={store} request={request} />,
  });
}

function writeBindings(session: ConsoleSession, store: Store<WriteState>, request: WriteRequest): readonly Binding[] {
  const { focus, isRunning, reason } = store.get();
  const isLast = request.typed === undefined || focus === 'typed';
  const isFirst = focus !== 'typed' || firstFocus(request) === 'typed';
  const scroll = (by: number): void => store.update((now) => ({ ...now, scroll: Math.max(0, now.scroll + by) }));
  const section = (by: number): void =>
    store.update((now) => ({
      ...now,
      scroll: 0,
      section: (now.section + by + request.sections.length) % request.sections.length,
    }));
  const close = (): void => {
    request.onLeave?.(textOf(reason));
    session.closeDialog(id);
  };
  const busy = isRunning ? 'it is being written' : undefined;
  return [
    isLast
      ? {
          id: 'write.confirm',
          keys: ['enter'],
          label: request.label,
          help: 'Do it.',
          inFooter: request.isOnlyShown !== true,
          confirm: true,
          disabledReason: busy ?? request.refusal() ?? missing(store.get(), request),
          run: () => run(session, store, request),
        }
      : {
          id: 'write.next',
          keys: ['enter'],
          label: 'go on',
          help: 'Go on to what must be typed.',
          inFooter: true,
          disabledReason: busy ?? missingReason(store.get(), request),
          run: () => store.update((now) => ({ ...now, focus: 'typed' })),
        },
    ...(focus !== 'given'
      ? []
      : [
          {
            id: 'write.edit-reason',
            keys: ['e'],
            label: 'change the reason',
            help: 'Go into the reason that was given before.',
            inFooter: true,
            disabledReason: busy,
            run: () => store.update((now) => ({ ...now, focus: 'reason' as const })),
          },
        ]),
    {
      id: 'write.section',
      keys: ['tab'],
      label: 'sections',
      help: 'Show the next section: what would change, and how.',
      inFooter: true,
      run: () => section(1),
    },
    {
      id: 'write.section-before',
      keys: ['shift+tab'],
      label: 'section before',
      help: 'Show the section before.',
      run: () => section(-1),
    },
    { id: 'write.down', keys: ['down'], label: 'scroll', help: 'Scroll down.', run: () => scroll(1) },
    { id: 'write.up', keys: ['up'], label: 'scroll', help: 'Scroll up.', run: () => scroll(-1) },
    { id: 'write.page-down', keys: ['pagedown'], label: 'page', help: 'Scroll a page.', run: () => scroll(10) },
    { id: 'write.page-up', keys: ['pageup'], label: 'page', help: 'Scroll a page back.', run: () => scroll(-10) },
    !isFirst
      ? {
          id: 'write.back',
          keys: ['esc'],
          label: 'back',
          help: 'Go back to the reason.',
          inFooter: true,
          disabledReason: busy,
          run: () => store.update((now) => ({ ...now, focus: 'reason', typed: emptyField })),
        }
      : {
          id: 'write.close',
          keys: ['esc', 'ctrl+c'],
          label: 'close',
          help: 'Close; nothing is written.',
          inFooter: true,
          disabledReason: busy,
          run: close,
        },
  ];
}

function run(session: ConsoleSession, store: Store<WriteState>, request: WriteRequest): void {
  store.update((now) => ({ ...now, isRunning: true, failure: undefined }));
  request.run(textOf(store.get().reason).trim()).then(
    () => session.closeDialog(id),
    (failure: unknown) =>
      store.update((now) => ({ ...now, isRunning: false, failure, focus: firstFocus(request), typed: emptyField, scroll: 0 })),
  );
}

function WriteContent({
  columns,
  rows,
  store,
  request,
}: Area & { readonly store: Store<WriteState>; readonly request: WriteRequest }): ReactNode {
  const theme = useTheme();
  const state = useStore(store);
  const { facts } = useSession();
  const section = request.sections[state.section]!;
  const below = bottomLines(state, request, facts.environment.production, columns, theme);
  const above: readonly Line[] = [
    [
      words(facts.environment.name, facts.environment.production ? 'danger-badge' : 'badge'),
      words(' '),
      span(displayText(request.title, { maxWidth: columns }), 'strong'),
    ],
    ...request.about,
    sectionTabs(state, request),
  ];
  const room = Math.max(1, rows - above.length - below.length);
  const lines = useMemo(() => section.lines(columns), [section, columns]);
  const from = Math.max(0, Math.min(state.scroll, lines.length - room));
  const hidden = lines.length - from - room;
  const shown = fitRows(lines.slice(from), room);
  const body = hidden > 0 ? [...shown.slice(0, -1), [words(`  ${hidden + 1} more lines: down scrolls`, 'muted')]] : shown;
  return <Lines columns={columns} lines={fitRows([...above, ...body, ...below], rows)} />;
}

function sectionTabs({ section }: WriteState, { sections }: WriteRequest): Line {
  return sections.flatMap(({ title }, index) => [words(` ${title} `, index === section ? 'selected' : 'muted'), words(' ')]);
}

function bottomLines(
  state: WriteState,
  { reason, typed, afterFailure }: WriteRequest,
  isProduction: boolean,
  columns: number,
  theme: Theme,
): readonly Line[] {
  const field = (word: string, text: TextField, isFocused: boolean): Line => [
    words(`${word} `, isFocused ? 'accent' : 'muted'),
    ...(isFocused
      ? fieldLine(text, Math.max(10, columns - word.length - 1), theme)
      : [span(displayText(textOf(text), { maxWidth: columns }))]),
  ];
  const after: readonly Line[] = afterFailure === undefined ? [] : [[words(afterFailure, 'muted')]];
  const failure = state.failure === undefined ? [] : [...failureLines(state.failure, columns), ...after];
  if (state.isRunning) return [emptyLine, [words('writing ...', 'accent')]];
  return [
    emptyLine,
    ...failure,
    ...(reason === undefined ? [] : [field('reason', state.reason, state.focus === 'reason')]),
    ...(state.focus === 'given' ? [[words('The reason given before stays: nothing is saved until enter.', 'accent')]] : []),
    ...(typed === undefined
      ? []
      : [
          [
            words(isProduction ? 'This is production. Type ' : 'Type '),
            span(displayText(typed.what)),
            words(': '),
            span(displayText(typed.word), 'strong'),
          ],
          field('type it', state.typed, state.focus === 'typed'),
        ]),
  ];
}
