import { displayText } from '#core/display-text.ts';
import { type Line, type Span, span } from './line.ts';
import type { Tone } from './theme.ts';

const keywords = new Set(
  'add after all alter analyze and as asc before begin between by cascade case cast check cluster column comment commit concurrently conflict constraint copy create cross current_date current_timestamp cursor database declare default deferrable delete desc disable distinct do domain drop each else elsif enable end enum except exception execute exists explain extension false fetch filter for force foreign from full function generated grant group having if immutable in index inherits initially inner insert instead intersect into is join key language lateral left level like limit local lock loop materialized natural new not notice nothing null nulls of offset old on only or order outer over owner partition perform policy primary privileges procedure raise references reindex rename replace reset restrict return returning returns revoke right role rollback row rows savepoint schema security select sequence session set setof show stable statement strict table temp temporary then to transaction trigger true truncate type union unique update using vacuum values view volatile when where while with without'.split(
    ' ',
  ),
);

/** No screen shows more of a line. */
const widest = 500;

type Kind = 'comment' | 'text' | 'word' | 'number' | 'other';

const tones: Readonly<Record<Kind, Tone>> = { comment: 'muted', text: 'good', word: 'accent', number: 'plain', other: 'plain' };

// One alternative a token; a string or comment that does not end goes to the end of the text.
const token =
  /(?<comment>--[^\n]*|\/\*[^]*?(?:\*\/|$))|(?<text>[eE]'(?:[^'\\]|\\[^]|'')*(?:'|$)|'(?:[^']|'')*(?:'|$))|(?<other>"(?:[^"]|"")*(?:"|$)|\$\w*\$)|(?<word>[A-Za-z_][A-Za-z0-9_$]*)|(?<number>\d[\d_.]*)/g;

/**
 * SQL with its keywords, strings and comments in tones of their own, a line for each of its lines. What stands between dollar quotes is taken
 * for SQL too, as in migrations it is. It is for the eye: nothing is decided by it.
 */
export function sqlLines(sql: string): readonly Line[] {
  const lines: Span[][] = [[]];
  const put = (text: string, tone: Tone): void => {
    for (const [index, piece] of text.split('\n').entries()) {
      if (index > 0) lines.push([]);
      if (piece !== '') lines.at(-1)!.push(span(displayText(withoutTabs(piece), { maxWidth: widest }), tone));
    }
  };
  let done = 0;
  for (const match of sql.matchAll(token)) {
    if (match.index > done) put(sql.slice(done, match.index), 'plain');
    put(match[0], toneOf(match));
    done = match.index + match[0].length;
  }
  put(sql.slice(done), 'plain');
  return lines;
}

function toneOf({ 0: text, groups = {} }: RegExpMatchArray): Tone {
  const kind = (Object.keys(tones) as Kind[]).find((candidate) => groups[candidate] !== undefined) ?? 'other';
  return kind === 'word' && !keywords.has(text.toLowerCase()) ? 'plain' : tones[kind];
}

/** Indentation is indentation; escapes would push the text out of sight. */
function withoutTabs(line: string): string {
  return line.replaceAll('\t', '    ').replace(/\r$/, '');
}
