import { displayText, joinText, trusted } from '#core/display-text.ts';
import { formatCount } from '#core/format.ts';
import { isSecretPath, maskedKey, maskedScalar } from '#core/json/masked.ts';
import { childCount } from '#core/json/measure.ts';
import { type JsonNode, sameDocument } from '#core/json/node.ts';
import { fitLine, type Line, type Span, span, words } from '#ui/line.ts';
import type { Theme, Tone } from '#ui/theme.ts';
import { isContainer } from './fold.ts';
import { rowAt, rowOf, type TreeRow } from './layout.ts';
import { shortJson } from './short-json.ts';
import { isRevealed, type TreeState } from './tree-state.ts';

/** What was done to a row since the document was read. */
export type RowMark = '+' | '-' | '~' | ' ';

const markTones: Readonly<Record<RowMark, Tone>> = { '+': 'good', '-': 'danger', '~': 'warning', ' ': 'plain' };
const markWords: Readonly<Record<RowMark, string>> = { '+': 'added', '-': 'removed', '~': 'was', ' ': '' };
const valueTones: Readonly<Record<JsonNode['kind'], Tone>> = {
  object: 'muted',
  array: 'muted',
  string: 'good',
  number: 'accent',
  boolean: 'warning',
  null: 'muted',
};
const widestKey = 60;
const before = { columns: 40 };

/** The mark of a row against what was read. */
export function markOf({ node, base }: TreeRow): RowMark {
  if (node === base) return ' ';
  if (node === undefined) return '-';
  if (base === undefined) return '+';
  return sameDocument(node, base) ? ' ' : '~';
}

/** The rows of the tree that are on screen, one line each. */
export function treeLines(state: TreeState, columns: number, theme: Theme): readonly Line[] {
  const cursor = rowOf(state, state.cursor);
  const lines: Line[] = [];
  for (let row = state.top; row < state.top + state.height; row += 1) {
    const shown = rowAt(state, row);
    if (shown === undefined) break;
    lines.push(rowLine(state, shown, row === cursor, columns, theme));
  }
  return lines;
}

function rowLine(state: TreeState, row: TreeRow, isCursor: boolean, columns: number, theme: Theme): Line {
  const mark = markOf(row);
  const indent = Math.min(row.path.length * 2, Math.floor(columns / 2));
  const sign = isContainer(row.node) ? (row.isOpen ? 'v ' : '> ') : '  ';
  const line: Line = [
    words(isCursor ? ' > ' : '   '),
    words(`${mark} `, markTones[mark]),
    words(' '.repeat(indent) + sign, 'muted'),
    ...keySpans(row),
    ...valueSpans(state, row, columns),
    ...changeSpans(state, row, mark),
  ];
  if (!isCursor) return line;
  return fitLine([{ text: joinText(line.map(({ text }) => text)), tone: 'selected' }], columns, theme, 'selected');
}

function keySpans({ path, isElement }: TreeRow): readonly Span[] {
  const key = path.at(-1);
  if (key === undefined) return [];
  if (isElement) return [span(trusted(`${key}: `), 'muted')];
  const isPlain = /^[A-Za-z_][\w-]*$/.test(key);
  const text = maskedKey(key.slice(0, widestKey * 4));
  return [span(displayText(isPlain ? text : JSON.stringify(text), { maxWidth: widestKey })), words(': ', 'muted')];
}

function valueSpans(state: TreeState, row: TreeRow, columns: number): readonly Span[] {
  const node = row.node ?? row.base;
  if (node === undefined) return [];
  if (isContainer(node)) return [span(trusted(containerSize(node)), 'muted')];
  const isShown = isRevealed(state, row.path);
  const shown = isShown ? node : maskedScalar(node, isSecretPath(row.path));
  const isHidden = shown !== node;
  return [
    span(shortJson(shown, columns), isHidden ? 'muted' : row.node === undefined ? 'muted' : valueTones[node.kind]),
    ...(isHidden ? [words(' secret, x shows it', 'muted')] : []),
  ];
}

/** `{3}` and `[2]`: how many there are inside. */
function containerSize(node: JsonNode): string {
  const count = formatCount(childCount(node));
  return node.kind === 'array' ? `[${count}]` : `{${count}}`;
}

function changeSpans(state: TreeState, row: TreeRow, mark: RowMark): readonly Span[] {
  if (mark === ' ') return [];
  if (mark !== '~' || row.base === undefined || row.node === undefined) return [words(`  ${markWords[mark]}`, markTones[mark])];
  if (isContainer(row.base) && row.base.kind === row.node.kind) {
    const isSameSize = childCount(row.base) === childCount(row.node);
    return [words(isSameSize ? '  changed inside' : `  changed, was ${containerSize(row.base)}`, 'warning')];
  }
  const path = isRevealed(state, row.path) ? undefined : row.path;
  return [words('  was ', 'warning'), span(shortJson(row.base, before.columns, path), 'muted')];
}
