import { Box, Text } from 'ink';
import { memo, type ReactNode } from 'react';
import { trusted } from '#core/display-text.ts';
import { cutLine, type Line, type Span } from './line.ts';
import { useTheme } from './theme.ts';

/** Draws lines as they are laid out, each cut to `columns`. The one place where laid-out text becomes Ink's. */
export function Lines({ lines, columns }: { readonly lines: readonly Line[]; readonly columns: number }): ReactNode {
  return (
    <Box flexDirection="column" width={columns} height={lines.length}>
      {lines.map((line, index) => (
        // A line has no identity but its place on the screen.
        // oxlint-disable-next-line react/no-array-index-key
        <OneLine key={index} line={line} columns={columns} />
      ))}
    </Box>
  );
}

/** Neighbours of one tone as one piece: fewer bytes over SSH. */
function joined(line: Line): Line {
  const pieces: Span[] = [];
  for (const piece of line) {
    const last = pieces.at(-1);
    if (last?.tone === piece.tone) pieces[pieces.length - 1] = { text: trusted(last.text + piece.text), tone: piece.tone };
    else pieces.push(piece);
  }
  return pieces;
}

interface OneLineProps {
  readonly line: Line;
  readonly columns: number;
}

/** Panes lay all lines out anew for each key; most of them read as before, and drawing is what costs. */
function readsTheSame(one: OneLineProps, other: OneLineProps): boolean {
  return (
    one.columns === other.columns &&
    one.line.length === other.line.length &&
    one.line.every(({ text, tone }, index) => text === other.line[index]!.text && tone === other.line[index]!.tone)
  );
}

const OneLine = memo(function OneLine({ line, columns }: OneLineProps): ReactNode {
  const theme = useTheme();
  const shown = joined(cutLine(line, columns, theme));
  if (shown.length === 0) return <Text> </Text>;
  return (
    <Text wrap="truncate">
      {shown.map((piece, index) =>
        piece.tone === 'plain' ? (
          piece.text
        ) : (
          // oxlint-disable-next-line react/no-array-index-key
          <Text key={index} {...theme.tones[piece.tone]}>
            {piece.text}
          </Text>
        ),
      )}
    </Text>
  );
}, readsTheSame);
