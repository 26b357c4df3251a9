import { Box, useInput, usePaste, useWindowSize } from 'ink';
import { memo, type ReactNode, useState } from 'react';
import { Lines } from '#ui/Lines.tsx';
import { fitRows, type Line, words } from '#ui/line.ts';
import { wrapWords } from '#ui/wrap-words.ts';
import { FooterBar, HeaderBar, NoticeBar, TabsBar } from './bars.tsx';
import { DialogFrame } from './DialogFrame.tsx';
import { panes } from './features.tsx';
import { headerRows } from './header-lines.ts';
import { createKeyReader } from './key-reader.ts';
import { PaneBoundary } from './PaneBoundary.tsx';
import type { Area, PaneId } from './public/contract.ts';
import { useSession, useStore } from './public/hooks.ts';
import { fits, leastSize } from './size.ts';
import { tabsRows } from './tabs.ts';

const bottomRows = 2;

/** The whole screen: header, tabs, the active pane, notices, footer, and what lies on top. Fits the terminal's height exactly. */
export function Shell(): ReactNode {
  const session = useSession();
  const { columns, rows } = useWindowSize();
  const [reader] = useState(() => createKeyReader((event) => session.router.dispatch(event)));
  useInput((input, key) => {
    session.database.gate.keepOpen();
    reader.read(input, key);
  });
  usePaste((text) => session.router.paste(text));
  if (!fits(columns, rows)) return <Lines columns={columns} lines={tooSmall(columns, rows)} />;
  const top = headerRows(columns) + tabsRows;
  const bodyRows = rows - top - bottomRows;
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <HeaderBar columns={columns} />
      <TabsBar columns={columns} />
      <Body columns={columns} rows={bodyRows} />
      <Box height={1} flexShrink={0} />
      <FooterBar columns={columns} />
      <Dialogs columns={columns} rows={bodyRows} top={top} />
      <NoticeBar columns={columns} bottom={rows - bottomRows} />
    </Box>
  );
}

function tooSmall(columns: number, rows: number): readonly Line[] {
  const text = `The terminal is ${columns}x${rows}; the console needs ${leastSize.columns}x${leastSize.rows}.`;
  return fitRows(
    wrapWords(text, columns).map((line) => [words(line, 'warning')]),
    rows,
  );
}

const Body = memo(function Body({ columns, rows }: Area): ReactNode {
  const pane: PaneId = useStore(useSession().pane);
  const Pane = panes[pane];
  return (
    <Box width={columns} height={rows} overflowY="hidden">
      <PaneBoundary key={pane} area={{ columns, rows }}>
        <Pane columns={columns} rows={rows} />
      </PaneBoundary>
    </Box>
  );
});

function Dialogs({ columns, rows, top }: Area & { readonly top: number }): ReactNode {
  const dialogs = useStore(useSession().dialogs);
  return dialogs.map((dialog) => <DialogFrame key={dialog.id} dialog={dialog} columns={columns} top={top} rows={rows} />);
}
