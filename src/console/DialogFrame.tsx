import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Lines } from '#ui/Lines.tsx';
import { spaces, span } from '#ui/line.ts';
import { useTheme } from '#ui/theme.ts';
import { PaneBoundary } from './PaneBoundary.tsx';
import type { Dialog } from './session.ts';

const widestColumns = 110;

/** A dialog over the pane: an opaque box, as wide as is readable, as high as the pane allows. */
export function DialogFrame(props: {
  readonly dialog: Dialog;
  readonly columns: number;
  readonly top: number;
  readonly rows: number;
}): ReactNode {
  const theme = useTheme();
  const columns = Math.min(widestColumns, props.columns - 4);
  const rows = Math.min(props.rows, dialogRows(props.dialog, props.rows));
  const left = Math.floor((props.columns - columns) / 2);
  const blank = Array.from({ length: rows }, () => [span(spaces(columns))]);
  const inner = { columns: columns - 4, rows: rows - 2 };
  return (
    <>
      <Box position="absolute" top={props.top} left={left}>
        <Lines columns={columns} lines={blank} />
      </Box>
      <Box
        position="absolute"
        top={props.top}
        left={left}
        width={columns}
        height={rows}
        borderStyle={theme.ascii ? 'classic' : 'round'}
        paddingX={1}
        overflow="hidden"
      >
        <PaneBoundary area={inner}>
          <props.dialog.Content columns={inner.columns} rows={inner.rows} />
        </PaneBoundary>
      </Box>
    </>
  );
}

function dialogRows(dialog: Dialog, available: number): number {
  return dialog.rows === undefined ? available : dialog.rows + 2;
}
