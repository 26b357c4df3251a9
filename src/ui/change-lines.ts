import { displayText, trusted } from '#core/display-text.ts';
import type { Change } from '#core/json/changes.ts';
import type { JsonNode } from '#core/json/node.ts';
import { patchWithoutSecrets } from '#core/json/masked.ts';
import type { Patch } from '#core/json/patch.ts';
import { writePatch } from '#core/json/patch-text.ts';
import { formatPointer, type JsonPath } from '#core/json/pointer.ts';
import { shortJson, shortPair } from './json-tree/short-json.ts';
import { type Line, type Span, span, words } from './line.ts';
import type { Tone } from './theme.ts';

const marks = { added: '+', removed: '-', changed: '~', set: '=' } as const;
const tones: Readonly<Record<Change['change'], Tone>> = { added: 'good', removed: 'danger', changed: 'warning', set: 'accent' };

/** A path as it is shown: the root in words. */
export function pointerText(path: JsonPath): string {
  return path.length === 0 ? '(the whole document)' : formatPointer(path);
}

/** How values are shown. `showsSecrets` is for what somebody asked to see. */
interface ValueLook {
  readonly showsSecrets?: boolean;
}

/** Changes one after the other, with what is easily overlooked; secrets masked. */
export function changeLines(changes: readonly Change[], columns: number, look: ValueLook = {}): readonly Line[] {
  return changes.flatMap((change) => linesOf(change, columns, look));
}

function linesOf({ path, change, before, after, hint }: Change, columns: number, look: ValueLook): readonly Line[] {
  const title: Line = [
    words(`${marks[change]} ${change} `, tones[change]),
    span(displayText(pointerText(path), { maxWidth: columns }), 'strong'),
  ];
  return [
    title,
    ...(before === undefined || after === undefined
      ? [
          ...valueLine('before', path, before, columns, look),
          ...valueLine(change === 'set' ? 'to' : 'after', path, after, columns, look),
        ]
      : pairLines(path, before, after, columns, look)),
    ...(hint === undefined ? [] : [[words('      '), span(displayText(hint, { maxWidth: columns }), 'warning')]]),
  ];
}

function pairLines(
  path: JsonPath,
  before: JsonNode,
  after: JsonNode,
  columns: number,
  { showsSecrets = false }: ValueLook,
): readonly Line[] {
  const [one, other] = shortPair(before, after, Math.max(1, columns - wordColumns), showsSecrets ? undefined : path);
  return [
    [valueWord('before'), span(one)],
    [valueWord('after'), span(other)],
  ];
}

const wordColumns = 11;
const valueWord = (word: string): Span => words(`    ${word.padEnd(wordColumns - 4)}`, 'muted');

/** One value of a path behind a word, or nothing where there is none. */
export function valueLine(
  word: string,
  path: JsonPath,
  node: JsonNode | undefined,
  columns: number,
  { showsSecrets = false }: ValueLook = {},
): readonly Line[] {
  if (node === undefined) return [];
  return [[valueWord(word), span(shortJson(node, columns, showsSecrets ? undefined : path))]];
}

/** The patch of RFC 6902, one operation a line; secrets masked. */
export function patchLines(patch: Patch, columns: number): readonly Line[] {
  return patch.map((operation, index) => {
    const text = writePatch(patchWithoutSecrets([operation])).slice(1, -1);
    const [open, close] = [index === 0 ? '[' : ' ', index === patch.length - 1 ? ']' : ','];
    return [span(trusted(open)), span(displayText(text, { maxWidth: columns })), span(trusted(close))];
  });
}

/** A text of several lines, such as a statement. */
export function textLines(text: string): readonly Line[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => [span(displayText(line))]);
}
