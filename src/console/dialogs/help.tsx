import { type ReactNode, useEffect } from 'react';
import { createStore, type Store } from '#core/store.ts';
import type { ConsoleSession } from '#console/session.ts';
import { keyTitle } from '#console/footer-line.ts';
import type { Area, Binding, KeyLayer } from '#console/public/contract.ts';
import { useStore } from '#console/public/hooks.ts';
import { Lines } from '#ui/Lines.tsx';
import { wrapWords } from '#ui/wrap-words.ts';
import { emptyLine, fitRows, type Line, words } from '#ui/line.ts';

const id = 'help';
const keyColumns = 18;

/** Shows every binding in force with its sentence; scrolls. */
export function openHelp(session: ConsoleSession): void {
  const layers = session.router.reachable();
  const scroll = createStore(0);
  // How far it goes depends on how the lines break on the screen; keys may come before it is drawn.
  const last = createStore(Number.MAX_SAFE_INTEGER);
  const by = (rows: number): void => scroll.update((row) => Math.max(0, Math.min(last.get(), row + rows)));
  const close = (): void => session.closeDialog(id);
  session.openDialog({
    id,
    layer: {
      title: 'Help',
      bindings: () => [
        { id: 'help.close', keys: ['esc', '?', 'q', 'enter'], label: 'close', help: 'Close help.', inFooter: true, run: close },
        { id: 'help.down', keys: ['down', 'j'], label: 'scroll', help: 'Scroll down.', inFooter: true, run: () => by(1) },
        { id: 'help.up', keys: ['up', 'k'], label: 'up', help: 'Scroll up.', run: () => by(-1) },
        { id: 'help.page-down', keys: ['pagedown', 'space'], label: 'page', help: 'Scroll a page.', run: () => by(10) },
        { id: 'help.page-up', keys: ['pageup'], label: 'page', help: 'Scroll a page back.', run: () => by(-10) },
      ],
    },
    Content: (area) => <HelpContent {...area} layers={layers} scroll={scroll} last={last} />,
  });
}

function HelpContent({
  columns,
  rows,
  layers,
  scroll,
  last,
}: Area & { readonly layers: readonly KeyLayer[]; readonly scroll: Store<number>; readonly last: Store<number> }): ReactNode {
  const lines = helpLines(layers, columns);
  const furthest = Math.max(0, lines.length - rows);
  useEffect(() => {
    last.set(furthest);
    scroll.update((row) => Math.min(row, furthest));
  }, [last, scroll, furthest]);
  const from = Math.min(useStore(scroll), furthest);
  return <Lines columns={columns} lines={fitRows(lines.slice(from), rows)} />;
}

function helpLines(layers: readonly KeyLayer[], columns: number): readonly Line[] {
  return layers.flatMap((layer, index) => [
    ...(index === 0 ? [] : [emptyLine]),
    [words(layer.title, 'strong')],
    ...layer.bindings().flatMap((binding) => bindingLines(binding, columns)),
  ]);
}

function bindingLines({ keys, command, help, disabledReason }: Binding, columns: number): readonly Line[] {
  const wide = (keys.map(keyTitle).join(' ') || `:${command ?? ''}`).padEnd(keyColumns);
  const beside = wide.endsWith(' ') ? wide : `${wide} `;
  const room = Math.max(1, columns - beside.length);
  const reason = disabledReason === undefined ? '' : `(not now: ${disabledReason})`;
  const [first = '', ...more] = wrapWords(help, room);
  const head: Line = [words(beside, 'accent'), words(first)];
  const below = (text: string, tone?: 'muted'): Line => [words(' '.repeat(beside.length)), words(text, tone)];
  if (reason === '') return [head, ...more.map((text) => below(text))];
  if (more.length === 0 && first.length + 1 + reason.length <= room) return [[...head, words(` ${reason}`, 'muted')]];
  return [head, ...more.map((text) => below(text)), ...wrapWords(reason, room).map((text) => below(text, 'muted'))];
}
