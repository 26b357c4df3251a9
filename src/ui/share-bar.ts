import { type DisplayText, label } from '#core/display-text.ts';
import type { Theme } from './theme.ts';

/** A share, 0 to 1, as a bar with its whole length to be seen: `columns` cells, and two more for the brackets of `--ascii`. */
export function shareBar(share: number, columns: number, theme: Theme): DisplayText {
  const full = Math.round(share * columns);
  return label(
    theme.ascii ? `[${'#'.repeat(full)}${'.'.repeat(columns - full)}]` : `${'█'.repeat(full)}${'░'.repeat(columns - full)}`,
  );
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A share, 0 to 1, as a bar of at most `columns` cells, for columns of a table. What is more than nothing is seen. */
export function valueBar(share: number, columns: number, theme: Theme): DisplayText {
  if (!(share > 0)) return label('');
  if (theme.ascii) return label('#'.repeat(Math.max(1, Math.round(share * columns))));
  const parts = Math.max(1, Math.round(Math.min(1, share) * columns * 8));
  return label(`${'█'.repeat(Math.floor(parts / 8))}${eighths[parts % 8]}`);
}
