import type { ReactNode } from 'react';
import { displayText } from '#core/display-text.ts';
import { createStore, type Store } from '#core/store.ts';
import type { Area } from '#console/public/contract.ts';
import { useStore } from '#console/public/hooks.ts';
import type { ConsoleSession } from '#console/session.ts';
import { Lines } from '#ui/Lines.tsx';
import { emptyLine, fitRows, type Line, span, words } from '#ui/line.ts';
import { editText, emptyField, fieldLine, fieldOf, insertText, type TextField, textOf } from '#ui/text-field.ts';
import { useTheme } from '#ui/theme.ts';

const id = 'unlock';

/** Asks for the database's label and opens writing when it is typed rightly. Pasting it does not count: it must be meant. */
export function openUnlock(session: ConsoleSession): void {
  const { server, gate } = session.database;
  const field = createStore<TextField>(emptyField);
  const close = (): void => session.closeDialog(id);
  const tryLabel = (): void => {
    const typed = textOf(field.get()).trim();
    if (typed !== server.label) {
      session.notify(`"${typed}" is not the label of this database; nothing was opened.`, 'warning');
      return;
    }
    close();
    gate.unlock();
    session.notify('Writing is open for 15 idle minutes. :lock closes it.', 'warning');
  };
  session.openDialog({
    id,
    rows: 7,
    layer: {
      title: 'Unlock writing',
      textTarget: () => ({
        insert: (text) => {
          if (fieldOf(text).graphemes.length > 1) session.notify('Type the label; pasting does not count.', 'warning');
          else field.update((now) => insertText(now, text));
        },
        edit: (edit) => field.update((now) => editText(now, edit)),
      }),
      bindings: () => [
        {
          id: 'unlock.confirm',
          keys: ['enter'],
          label: 'unlock',
          help: 'Open writing.',
          inFooter: true,
          confirm: true,
          run: tryLabel,
        },
        { id: 'unlock.close', keys: ['esc', 'ctrl+c'], label: 'stay read-only', help: 'Close.', inFooter: true, run: close },
      ],
    },
    Content: (area) => <UnlockContent {...area} session={session} field={field} />,
  });
}

function UnlockContent({
  columns,
  rows,
  session,
  field,
}: Area & { readonly session: ConsoleSession; readonly field: Store<TextField> }): ReactNode {
  const theme = useTheme();
  const { server } = session.database;
  const { environment } = session.facts;
  const lines: Line[] = [
    [
      words('Unlock writing on '),
      words(environment.name, environment.production ? 'danger-badge' : 'badge'),
      words(' '),
      span(displayText(server.host), 'strong'),
    ],
    emptyLine,
    [words('Every write will still show what it does and ask.')],
    [words('Type the label of this database: '), span(displayText(server.label), 'strong')],
    emptyLine,
    [words('label ', 'muted'), ...fieldLine(useStore(field), columns - 6, theme)],
  ];
  return <Lines columns={columns} lines={fitRows(lines, rows)} />;
}
