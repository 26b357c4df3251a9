import type { TextProps } from 'ink';
import { type DisplayText, label } from '#core/display-text.ts';
import type { Ellipsis } from '#core/text-width.ts';

/** What a piece of text is for. A tone is never the only sign: danger is also said in words, the selected row also has a mark. */
export type Tone =
  | 'plain'
  | 'strong'
  | 'muted'
  | 'accent'
  | 'good'
  | 'warning'
  | 'danger'
  | 'selected'
  | 'badge'
  | 'danger-badge';

export interface Theme {
  readonly tones: Readonly<Record<Tone, TextProps>>;
  readonly ellipsis: Ellipsis;
  readonly vertical: DisplayText;
  readonly horizontal: string;
  readonly dot: DisplayText;
  readonly up: DisplayText;
  readonly down: DisplayText;
  readonly ascii: boolean;
}

// Only the terminal's own sixteen colours, and no yellow: they are what the operator made readable on a light or a dark background.
const coloured: Theme['tones'] = {
  plain: {},
  strong: { bold: true },
  muted: { dimColor: true },
  accent: { color: 'cyan' },
  good: { color: 'green' },
  warning: { color: 'magenta', bold: true },
  danger: { color: 'red', bold: true },
  selected: { inverse: true },
  badge: { inverse: true, bold: true },
  'danger-badge': { color: 'white', backgroundColor: 'red', bold: true },
};

const colourless: Theme['tones'] = {
  ...coloured,
  accent: { underline: true },
  good: {},
  warning: { bold: true },
  danger: { bold: true },
  'danger-badge': { inverse: true, bold: true },
};

/** The look for a terminal: with or without colour, with box-drawing or ASCII only. */
export function createTheme(options: { readonly color: boolean; readonly ascii: boolean }): Theme {
  return {
    tones: options.color ? coloured : colourless,
    ascii: options.ascii,
    ellipsis: options.ascii ? '...' : '…',
    vertical: label(options.ascii ? '|' : '│'),
    horizontal: options.ascii ? '-' : '─',
    dot: label(options.ascii ? '-' : '·'),
    up: label('^'),
    down: label('v'),
  };
}
