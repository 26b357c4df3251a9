import type { Plugin } from 'vite';
import { type Edit, edited } from './library-edits.ts';

const mostRows = 2000;

/**
 * A row that is written once, by a text that begins at its first cell, is made from that text alone and kept by it: Ink makes 7,000 cells of
 * every frame anew, though most rows read as in the frame before. Where each character takes one column it is made span by span, without cells.
 * Any other row gets its cells as ever, when something is written into it.
 */
const output: readonly Edit[] = [
  [
    'class OutputCaches {',
    `const blankRow = (width) => Array.from({ length: width }, () => ({ type: 'char', value: ' ', fullWidth: false, styles: [] }));
const rowText = (row) => styledCharsToString(row.filter((item) => item !== undefined)).trimEnd();
const style = /(\\u001b\\[[\\d;]*m)/;
const oneColumnEach = /^[ -~\\u00a1-\\u00ac\\u00ae-\\u02ff\\u2022\\u2026\\u2190-\\u2193\\u2500-\\u257f\\u2580-\\u259f]*$/;
const spansOf = (pieces) => {
    const tokens = pieces.flatMap((piece, index) => index % 2 === 1 ? tokenize(piece) : piece === '' ? [] : [{ type: 'char', value: piece }]);
    return styledCharsToString(styledCharsFromTokens(tokens));
};
// Ink puts a text's styles in order when it is written, and again with its row.
const spansText = (text, width) => {
    const pieces = text.split(style);
    const shown = pieces.filter((_, index) => index % 2 === 0).join('');
    if (shown.length > width || !oneColumnEach.test(shown)) return undefined;
    return spansOf(spansOf(pieces).split(style)).trimEnd();
};
const cellsOf = (output, y) => {
    if (output[y]?.cells === undefined) return output[y];
    return (output[y] = output[y].cells());
};
class OutputCaches {
    wholeRows = new Map();`,
  ],
  ['export default class Output {', 'let sharedCaches = new OutputCaches();\nexport default class Output {'],
  ['caches = new OutputCaches();', 'caches = sharedCaches;'],
  [
    'const { width, height } = options;',
    `const { width, height } = options;
if (sharedCaches.styledChars.size > ${mostRows / 10} || sharedCaches.widths.size > ${mostRows} || sharedCaches.wholeRows.size > ${mostRows})
    this.caches = sharedCaches = new OutputCaches();`,
  ],
  ['const currentLine = output[y + index];', 'const currentLine = cellsOf(output, y + index);'],
  [
    `const row = [];
            for (let x = 0; x < this.width; x++) {
                row.push({
                    type: 'char',
                    value: ' ',
                    fullWidth: false,
                    styles: [],
                });
            }
            output.push(row);`,
    `output.push({ text: '', cells: () => blankRow(this.width) });`,
  ],
  [
    'this.applyWriteOperation(output, operation, clips.at(-1));',
    `if (!this.writeWholeRow(output, operation, clips.at(-1))) this.applyWriteOperation(output, operation, clips.at(-1));`,
  ],
  [
    `const lineWithoutEmptyItems = line.filter(item => item !== undefined);
            return styledCharsToString(lineWithoutEmptyItems).trimEnd();`,
    `return line.cells === undefined ? rowText(line) : line.text;`,
  ],
  [
    'write(x, y, text, options) {',
    `writeWholeRow(output, operation, clip) {
        const { x, y, text, transformers } = operation;
        const row = output[y];
        if (x !== 0 || row?.cells === undefined || row.isWritten || text.includes('\\n')) return false;
        if (clip !== undefined && (clip.x1 !== undefined || clip.x2 !== undefined || y < clip.y1 || y >= clip.y2)) return false;
        // A row's own style is the caller's, not the text's: one that does anything is left to the cells.
        if (transformers.some((transformer) => transformer('.', 0) !== '.')) return false;
        const cells = () => {
            const only = [blankRow(this.width)];
            this.applyWriteOperation(only, { x, y: 0, text, transformers: [] });
            return only[0];
        };
        const key = this.width + ':' + text;
        let whole = this.caches.wholeRows.get(key);
        if (whole === undefined) {
            whole = spansText(text, this.width) ?? rowText(cells());
            this.caches.wholeRows.set(key, whole);
        }
        output[y] = { text: whole, cells, isWritten: true };
        return true;
    }
    write(x, y, text, options) {`,
  ],
];

/** The text of a node with its styles is put together once, not in every frame and twice more where it is measured. */
const squash: readonly Edit[] = [
  [
    "const squashTextNodes = (node) => {\n    let text = '';",
    "const squashTextNodes = (node) => {\n    if (node.squashed !== undefined) return node.squashed;\n    let text = '';",
  ],
  [
    '    return text;\n};\nexport default',
    "    if (node.nodeName === 'ink-text') node.squashed = text;\n    return text;\n};\nexport default",
  ],
];
const dom: readonly Edit[] = [
  [
    'const markNodeAsDirty = (node) => {',
    'const markNodeAsDirty = (node) => {\n    for (let above = node; above; above = above.parentNode) above.squashed = undefined;',
  ],
];
const rendering: readonly Edit[] = [
  ["import widestLine from 'widest-line';", "import measureText from './measure-text.js';"],
  ['const currentWidth = widestLine(text);', 'const currentWidth = measureText(text).width;'],
];

const edits: Readonly<Record<string, readonly Edit[]>> = {
  'output.js': output,
  'squash-text-nodes.js': squash,
  'dom.js': dom,
  'render-node-to-output.js': rendering,
};

/** Has Ink draw again only what changed since the frame before. Throws when Ink no longer reads as expected. */
export function quickDrawing(): Plugin {
  return {
    name: 'quick-drawing',
    enforce: 'pre',
    transform(source, id) {
      const [, file] = /\/ink\/build\/([^/]+)$/.exec(id.replaceAll('\\', '/')) ?? [];
      const wanted = file === undefined ? undefined : edits[file];
      return wanted === undefined ? null : edited(source, wanted);
    },
  };
}
