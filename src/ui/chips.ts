import { type DisplayText, trusted } from '#core/display-text.ts';
import { type Line, lineWidth, span, words } from './line.ts';

/** One condition of a filter, to be seen and taken away by itself. */
export interface Chip {
  readonly text: DisplayText;
  /** What it names is left out. */
  readonly isExcluded?: boolean;
}

/** Chips beside each other in at most `columns`; those that do not fit are counted. */
export function chipsLine(chips: readonly Chip[], columns: number): Line {
  const pieces = chips.map(({ text, isExcluded = false }): Line => {
    return [span(trusted(`[${isExcluded ? 'not ' : ''}${text}]`), isExcluded ? 'warning' : 'accent'), words(' ')];
  });
  const more = (count: number): Line => (count === 0 ? [] : [words(`and ${count} more`, 'muted')]);
  for (let shown = pieces.length; shown > 0; shown -= 1) {
    const line = [...pieces.slice(0, shown).flat(), ...more(pieces.length - shown)];
    if (lineWidth(line) <= columns || shown === 1) return line;
  }
  return [];
}
