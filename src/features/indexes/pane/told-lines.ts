import { displayText } from '#core/display-text.ts';
import { emptyLine, type Line, span, words } from '#ui/line.ts';
import type { Tone } from '#ui/theme.ts';
import { sqlLines } from '#ui/sql-lines.ts';
import { wrapWords } from '#ui/wrap-words.ts';

const titleColumns = 12;
const leastColumns = 16;

/** A fact with its title at the left, on as many lines as it takes. */
export function titled(title: string, text: string, columns: number, tone: Tone = 'plain'): readonly Line[] {
  if (text === '') return [];
  return wrapped(text, columns - titleColumns).map((line, index): Line => [
    words((index === 0 ? title : '').padEnd(titleColumns), 'muted'),
    span(displayText(line), tone),
  ]);
}

/** A heading with sentences below it, each marked; nothing where there are none. */
export function listed(title: string, sentences: readonly string[], columns: number, tone: Tone = 'plain'): readonly Line[] {
  if (sentences.length === 0) return [];
  return [emptyLine, [words(title, 'strong')], ...sentences.flatMap((sentence) => marked(sentence, columns, tone))];
}

/** A sentence with a dash before its first line. */
function marked(sentence: string, columns: number, tone: Tone): readonly Line[] {
  return wrapped(sentence, columns - 2).map((line, index): Line => [
    words(index === 0 ? '- ' : '  ', 'muted'),
    span(displayText(line), tone),
  ]);
}

/** SQL below a heading, wrapped between words. */
export function sqlBelow(title: string, sql: string, columns: number): readonly Line[] {
  const lines = sql.split('\n').flatMap((line) => wrapWords(line, Math.max(leastColumns, columns - 2)));
  return [emptyLine, [words(title, 'strong')], ...sqlLines(lines.join('\n')).map((line): Line => [words('  '), ...line])];
}

/** Text of any kind in lines of at most `columns`; a word that is longer than a line is broken. */
export function wrapped(text: string, columns: number): readonly string[] {
  const room = Math.max(leastColumns, columns);
  return wrapWords(displayText(text), room).flatMap((line) =>
    line.length <= room
      ? [line]
      : Array.from({ length: Math.ceil(line.length / room) }, (_, at) => line.slice(at * room, (at + 1) * room)),
  );
}
