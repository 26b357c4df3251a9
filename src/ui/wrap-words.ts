import { type DisplayText, trusted } from '#core/display-text.ts';
import { headOf, widthOf } from '#core/text-width.ts';

/** Breaks our own words into lines of at most `columns`. */
export function wrapWords(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** Breaks any text between words, and words that are longer than a line within them, into lines of at most `columns`. */
export function wrapText(text: DisplayText, columns: number): readonly DisplayText[] {
  const lines: DisplayText[] = [];
  for (const word of text.split(' ').flatMap((each) => pieces(trusted(each), columns))) {
    const joined = lines.length === 0 ? word : trusted(`${lines.at(-1)} ${word}`);
    if (lines.length === 0 || widthOf(joined) > columns) lines.push(word);
    else lines[lines.length - 1] = joined;
  }
  return lines;
}

function pieces(word: DisplayText, columns: number): readonly DisplayText[] {
  const found: DisplayText[] = [];
  let rest = word;
  while (widthOf(rest) > columns) {
    const { text } = headOf(rest, columns);
    if (text === '') break;
    found.push(trusted(text));
    rest = trusted(rest.slice(text.length));
  }
  return [...found, rest];
}
