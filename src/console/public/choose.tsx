import SelectInput from 'ink-select-input';
import type { ReactNode } from 'react';
import { Box, Text } from 'ink';
import type { ConsoleSession } from '#console/session.ts';
import { displayText } from '#core/display-text.ts';

/** One entry of a menu. `hotkey` chooses it at once; j, k and digits belong to the menu itself. */
export interface Choice {
  readonly label: string;
  readonly hotkey?: string;
  readonly run: () => void;
}

const mostShown = 12;

/** Opens a menu; arrows, j, k, digits and Enter choose, Esc leaves. Choosing closes it first. */
export function choose(session: ConsoleSession, menu: { readonly title: string; readonly choices: readonly Choice[] }): void {
  const id = `menu ${menu.title}`;
  const pick = (choice: Choice): void => {
    session.closeDialog(id);
    try {
      choice.run();
    } catch (error) {
      session.fail(error);
    }
  };
  session.openDialog({
    id,
    rows: Math.min(mostShown, menu.choices.length) + 2,
    layer: {
      title: menu.title,
      bindings: () => [
        {
          id: 'menu.close',
          keys: ['esc', 'q', 'ctrl+c'],
          label: 'close',
          help: 'Close.',
          inFooter: true,
          run: () => session.closeDialog(id),
        },
        ...menu.choices.flatMap((choice) =>
          choice.hotkey === undefined
            ? []
            : [
                {
                  id: `menu.${choice.hotkey}`,
                  keys: [choice.hotkey],
                  label: choice.label,
                  help: choice.label,
                  inFooter: true,
                  run: () => pick(choice),
                },
              ],
        ),
      ],
    },
    Content: () => <Menu title={menu.title} choices={menu.choices} onPick={pick} />,
  });
}

function Menu(props: {
  readonly title: string;
  readonly choices: readonly Choice[];
  readonly onPick: (choice: Choice) => void;
}): ReactNode {
  const items = props.choices.map((choice, index) => ({
    label: `${choice.hotkey ?? ' '}  ${displayText(choice.label)}`,
    value: index,
    key: String(index),
  }));
  return (
    <Box flexDirection="column">
      <Text bold>{props.title}</Text>
      <Text> </Text>
      <SelectInput
        items={items}
        limit={mostShown}
        indicatorComponent={Indicator}
        onSelect={({ value }) => props.onPick(props.choices[value]!)}
      />
    </Box>
  );
}

/** An ASCII mark: the library's own is a sign that some terminals draw two cells wide. */
function Indicator({ isSelected = false }: { readonly isSelected?: boolean }): ReactNode {
  return <Text bold>{isSelected ? '> ' : '  '}</Text>;
}
