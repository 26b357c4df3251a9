import type { ReactNode } from 'react';
import { createStore, type Store } from '#core/store.ts';
import { keyTitle } from '#console/footer-line.ts';
import type { Area, Binding } from '#console/public/contract.ts';
import { useStore } from '#console/public/hooks.ts';
import { lineTarget } from '#console/public/open-line.ts';
import type { ConsoleSession } from '#console/session.ts';
import { Lines } from '#ui/Lines.tsx';
import { emptyLine, fitRows, type Line, span, words } from '#ui/line.ts';
import { listAtStart, type ListMove, type ListState, moveList } from '#ui/list-state.ts';
import { emptyField, fieldLine, type TextField, textOf } from '#ui/text-field.ts';
import { trusted } from '#core/display-text.ts';
import { type Theme, useTheme } from '#ui/theme.ts';

const id = 'palette';
const shownRows = 12;

interface PaletteState {
  readonly field: TextField;
  readonly list: ListState;
}

/** The command line behind `:`. Lists what matches as one types; Enter runs the marked command with the rest as its argument. */
export function openPalette(session: ConsoleSession): void {
  const commands = session.router
    .reachable()
    .flatMap((layer) => layer.bindings())
    .filter((binding) => binding.command !== undefined);
  const state = createStore<PaletteState>({ field: emptyField, list: listAtStart });
  const matching = (): readonly Binding[] => matches(commands, textOf(state.get().field));
  const move = (to: ListMove): void =>
    state.update((now) => ({
      ...now,
      list: moveList(
        now.list,
        to,
        matching().map((binding) => binding.id),
        shownRows,
      ),
    }));
  const change = (edit: (field: TextField) => TextField): void =>
    state.update((now) => ({ field: edit(now.field), list: listAtStart }));
  const close = (): void => session.closeDialog(id);
  const runMarked = (): void => {
    const binding = matching()[state.get().list.cursor];
    const typed = textOf(state.get().field).trim();
    close();
    if (binding === undefined) session.notify(`There is no command "${typed}". Press ? for what there is.`, 'warning');
    else if (binding.disabledReason !== undefined) session.notify(`${binding.label}: ${binding.disabledReason}`, 'warning');
    else binding.run(typed.split(/\s+/).slice(1).join(' '));
  };
  session.openDialog({
    id,
    rows: shownRows + 2,
    layer: {
      title: 'Commands',
      textTarget: () => lineTarget(change),
      bindings: () => [
        { id: 'palette.run', keys: ['enter'], label: 'run', help: 'Run the marked command.', inFooter: true, run: runMarked },
        { id: 'palette.close', keys: ['esc', 'ctrl+c'], label: 'close', help: 'Close.', inFooter: true, run: close },
        { id: 'palette.down', keys: ['down', 'tab'], label: 'next', help: 'Next command.', run: () => move('down') },
        { id: 'palette.up', keys: ['up', 'shift+tab'], label: 'previous', help: 'Previous command.', run: () => move('up') },
      ],
    },
    Content: (area) => <PaletteContent {...area} commands={commands} state={state} />,
  });
}

/** Commands whose name or sentence contains the first word typed; those whose name starts with it first. */
function matches(commands: readonly Binding[], typed: string): readonly Binding[] {
  const word = typed.trim().split(/\s+/)[0]?.toLowerCase() ?? '';
  const rank = (binding: Binding): number => {
    const name = binding.command!;
    if (name === word) return 0;
    if (name.startsWith(word)) return 1;
    if (name.includes(word)) return 2;
    return binding.help.toLowerCase().includes(word) ? 3 : 4;
  };
  return commands.filter((binding) => rank(binding) < 4).sort((a, b) => rank(a) - rank(b));
}

function PaletteContent(props: Area & { readonly commands: readonly Binding[]; readonly state: Store<PaletteState> }): ReactNode {
  const theme = useTheme();
  const { field, list } = useStore(props.state);
  const found = matches(props.commands, textOf(field));
  const lines: Line[] = [
    [words(':', 'accent'), ...fieldLine(field, props.columns - 1, theme)],
    emptyLine,
    ...found
      .slice(list.offset, list.offset + shownRows)
      .map((binding, index) => commandLine(binding, list.offset + index === list.cursor, theme)),
  ];
  return <Lines columns={props.columns} lines={fitRows(lines, props.rows)} />;
}

function commandLine(binding: Binding, isMarked: boolean, theme: Theme): Line {
  const name = `${binding.command}${binding.argument === undefined ? '' : ` <${binding.argument}>`}`.padEnd(22);
  const keys = binding.keys.length === 0 ? '' : ` (${binding.keys.map(keyTitle).join(' ')})`;
  const reason = binding.disabledReason === undefined ? '' : ` ${theme.ascii ? '-' : '–'} not now: ${binding.disabledReason}`;
  if (isMarked) return [span(trusted(`> ${name} ${binding.help}${keys}${reason}`), 'selected')];
  return [words(`  ${name} `, 'accent'), words(binding.help), words(keys + reason, 'muted')];
}
