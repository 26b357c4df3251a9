import { displayText } from '#core/display-text.ts';
import { maskText } from '#core/mask.ts';
import { widthOf } from '#core/text-width.ts';

/** Columns of a line that are shown, and how many of them before the place at least. */
const shownUnits = 100;
const unitsBefore = 60;

/**
 * The line of a text that an error names, and a caret below the place: two lines for people, secrets masked. `line` and `column` are from 1,
 * the column in code points; `mask` masks the line and what of it is before the place.
 */
export function excerpt(
  text: string,
  { line, column }: { readonly line: number; readonly column: number },
  mask: (text: string) => string = maskText,
): string {
  const whole = (text.split('\n')[line - 1] ?? '').replace(/^\uFEFF|\r$/g, '');
  const masked = mask(whole);
  const place = commonLength(
    masked,
    mask(
      Array.from(whole)
        .slice(0, column - 1)
        .join(''),
    ),
  );
  const start = Math.max(0, Math.min(place - unitsBefore, masked.length - shownUnits));
  const before = displayText(`${start > 0 ? '…' : ''}${masked.slice(start, place).toWellFormed()}`);
  const behind = masked.slice(place, start + shownUnits).toWellFormed();
  const cut = start + shownUnits < masked.length ? '…' : '';
  return `${before}${displayText(`${behind}${cut}`)}\n${' '.repeat(widthOf(before))}^`;
}

function commonLength(one: string, other: string): number {
  let length = 0;
  while (length < other.length && one.charAt(length) === other.charAt(length)) length += 1;
  return length;
}
