import SelectInput from 'ink-select-input';
import type { ReactNode } from 'react';
import { Box, Text } from 'ink';
import type { ConsoleSession } from '#console/session.ts';
import { displayText } from '#core/display-text.ts';
import { createStore, type Readable } from '#core/store.ts';
import { cell } from '#ui/line.ts';
import { useTheme } from '#ui/theme.ts';
import type { Area, Binding } from './contract.ts';
import { useStore } from './hooks.ts';

/**
 * One entry of a menu. `hotkey` chooses it at once; j, k, q and digits belong to the menu itself. What throws something away has no digit: it is
 * also the key of a pane, which is pressed without looking.
 */
export interface Choice {
  readonly label: string;
  /** What stands behind the label in the menu, and not in the footer: the value that would be copied. */
  readonly detail?: string;
  readonly hotkey?: string;
  readonly throwsAway?: boolean;
  readonly run: () => void;
}

interface Menu {
  readonly title: string;
  readonly choices: readonly Choice[];
}

const mostShown = 12;
const mostDigits = 9;

/** Opens a menu; arrows, j, k, digits and Enter choose, Esc leaves. Choosing closes it first. */
export function choose(session: ConsoleSession, menu: Menu): void {
  const id = `menu ${menu.title}`;
  // Not in the component: keys that arrive together must each find the mark where the one before left it.
  const marked = createStore(0);
  const close = (): void => session.closeDialog(id);
  const pick = (choice: Choice): void => {
    close();
    try {
      choice.run();
    } catch (error) {
      session.fail(error);
    }
  };
  const move = (by: number): void => marked.update((index) => (index + by + menu.choices.length) % menu.choices.length);
  session.openDialog({
    id,
    rows: Math.min(mostShown, menu.choices.length) + 2,
    layer: {
      title: menu.title,
      bindings: () => [
        ...menu.choices.flatMap((choice, index) => hotkeys(choice, index, () => pick(choice))),
        {
          id: 'menu.pick',
          keys: ['enter'],
          label: 'choose',
          help: 'Choose the marked entry.',
          inFooter: true,
          run: () => pick(menu.choices[marked.get()]!),
        },
        { id: 'menu.down', keys: ['down', 'j'], label: 'down', help: 'Next entry.', run: () => move(1) },
        { id: 'menu.up', keys: ['up', 'k'], label: 'up', help: 'Entry before.', run: () => move(-1) },
        { id: 'menu.close', keys: ['esc', 'q', 'ctrl+c'], label: 'close', help: 'Close.', inFooter: true, run: close },
      ],
    },
    Content: (area) => <MenuContent {...area} menu={menu} marked={marked} />,
  });
}

function hotkeys(choice: Choice, index: number, run: () => void): readonly Binding[] {
  const digit = index < mostDigits && choice.throwsAway !== true ? [String(index + 1)] : [];
  const letter = choice.hotkey === undefined ? [] : [choice.hotkey];
  if (digit.length + letter.length === 0) return [];
  // Labels may hold text of the database, and bindings are drawn as words of our own.
  const label = displayText(choice.label);
  return [{ id: `menu.${index + 1}`, keys: [...letter, ...digit], label, help: label, inFooter: letter.length > 0, run }];
}

function MenuContent({
  columns,
  rows,
  menu,
  marked,
}: Area & { readonly menu: Menu; readonly marked: Readable<number> }): ReactNode {
  const theme = useTheme();
  const index = useStore(marked);
  const room = columns - 5;
  const widest = Math.max(...menu.choices.map(({ label }) => label.length));
  const items = menu.choices.map(({ label, detail, hotkey }, value) => {
    const text = detail === undefined ? label : `${label.padEnd(widest)}  ${detail}`;
    return {
      label: `${hotkey ?? ' '}  ${cell(displayText(text, { maxWidth: room }), room, theme)}`,
      value,
      key: String(value),
    };
  });
  return (
    <Box flexDirection="column">
      <Text bold>{menu.title}</Text>
      <Text> </Text>
      <SelectInput
        // Drawn anew where the mark is; the keys are the layer's.
        key={index}
        isFocused={false}
        initialIndex={index}
        items={items}
        limit={Math.max(1, Math.min(mostShown, rows - 2))}
        indicatorComponent={Indicator}
        itemComponent={Item}
      />
    </Box>
  );
}

/** An ASCII mark: the library's own is a sign that some terminals draw two cells wide. */
function Indicator({ isSelected = false }: { readonly isSelected?: boolean }): ReactNode {
  return <Text bold>{isSelected ? '> ' : '  '}</Text>;
}

/** The library's own is blue, also under NO_COLOR. */
function Item({ isSelected = false, label }: { readonly isSelected?: boolean; readonly label: string }): ReactNode {
  return <Text bold={isSelected}>{label}</Text>;
}
