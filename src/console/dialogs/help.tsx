import type { ReactNode } from 'react';
import { createStore, type Store } from '#core/store.ts';
import type { ConsoleSession } from '#console/session.ts';
import { keyTitle } from '#console/footer-line.ts';
import type { Area, Binding, KeyLayer } from '#console/public/contract.ts';
import { useStore } from '#console/public/hooks.ts';
import { Lines } from '#ui/Lines.tsx';
import { emptyLine, fitRows, type Line, words } from '#ui/line.ts';

const id = 'help';
const keyColumns = 18;

/** Shows every binding in force with its sentence; scrolls. */
export function openHelp(session: ConsoleSession): void {
  const layers = session.router.reachable();
  const scroll = createStore(0);
  const most = helpLines(layers).length;
  const by = (rows: number): void => scroll.update((row) => Math.max(0, Math.min(most - 1, row + rows)));
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
    Content: (area) => <HelpContent {...area} layers={layers} scroll={scroll} />,
  });
}

function HelpContent({
  columns,
  rows,
  layers,
  scroll,
}: Area & { readonly layers: readonly KeyLayer[]; readonly scroll: Store<number> }): ReactNode {
  const lines = helpLines(layers);
  const from = Math.min(useStore(scroll), Math.max(0, lines.length - rows));
  return <Lines columns={columns} lines={fitRows(lines.slice(from), rows)} />;
}

function helpLines(layers: readonly KeyLayer[]): readonly Line[] {
  return layers.flatMap((layer, index) => [
    ...(index === 0 ? [] : [emptyLine]),
    [words(layer.title, 'strong')],
    ...layer.bindings().map(bindingLine),
  ]);
}

function bindingLine(binding: Binding): Line {
  const keys = binding.keys.map(keyTitle).join(' ') || `:${binding.command ?? ''}`;
  const reason = binding.disabledReason === undefined ? [] : [words(` (not now: ${binding.disabledReason})`, 'muted')];
  const wide = keys.padEnd(keyColumns);
  return [words(wide, 'accent'), words(`${wide.endsWith(' ') ? '' : ' '}${binding.help}`), ...reason];
}
