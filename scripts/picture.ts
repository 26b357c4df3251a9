// Draws docs/console.svg from a real frame: runs the built console on its demo in a pseudo-terminal and copies the screen, cell by cell.
import { writeFileSync } from 'node:fs';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

const columns = 120;
const rows = 40;
const cellWidth = 8.4;
const lineHeight = 18;
const margin = 12;
const readyMs = 20_000;
// A muted version of the sixteen colours, readable on the dark background that the picture has.
const palette = ['#484f58', '#ff7b72', '#7ee787', '#d29922', '#79c0ff', '#d2a8ff', '#56d4dd', '#c9d1d9'];
const foreground = '#c9d1d9';
const background = '#0d1117';

const screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
const program = spawn(process.execPath, ['bin/aisha-console.js', '--demo', '--operator', 'picture'], {
  cols: columns,
  rows,
  name: 'xterm-256color',
  env: { HOME: process.env['HOME'], PATH: process.env['PATH'], TERM: 'xterm-256color', FORCE_COLOR: '1' },
});
program.onData((data) => screen.write(data));

const lineText = (row: number): string => screen.buffer.active.getLine(row)?.translateToString(true) ?? '';
const shows = (text: string): boolean =>
  Array.from({ length: rows }, (_, row) => lineText(row)).some((line) => line.includes(text));

const waitUntil = (holds: () => boolean, what: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${what} within ${readyMs} ms`)), readyMs);
    const look = (): void => {
      if (!holds()) return;
      clearTimeout(late);
      watch.dispose();
      resolve();
    };
    const watch = screen.onWriteParsed(look);
    look();
  });

const waitFor = (text: string): Promise<void> => waitUntil(() => shows(text), `"${text}" did not appear`);
const waitForGone = (text: string): Promise<void> => waitUntil(() => !shows(text), `"${text}" did not go`);

interface Run {
  text: string;
  column: number;
  readonly attributes: string;
  readonly fill: string | undefined;
}

/** Neighbouring cells with the same looks as one run. */
function runsOf(row: number): readonly Run[] {
  const line = screen.buffer.active.getLine(row);
  const runs: Run[] = [];
  for (let column = 0; column < columns; column += 1) {
    const cell = line?.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const color = cell.isFgPalette() ? (palette[cell.getFgColor() % 8] ?? foreground) : foreground;
    const back = cell.isBgPalette() ? palette[cell.getBgColor() % 8] : undefined;
    const [ink, fill] = cell.isInverse() ? [background, color] : [color, back];
    const attributes = `fill="${ink}"${cell.isBold() ? ' font-weight="bold"' : ''}${cell.isDim() ? ' opacity="0.6"' : ''}`;
    const last = runs.at(-1);
    const text = cell.getChars() || ' ';
    if (last?.attributes === attributes && last.fill === fill && cell.getWidth() === 1 && /^[ -~]*$/.test(last.text + text))
      last.text += text;
    else runs.push({ text, column, attributes, fill });
  }
  return runs;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function draw(): string {
  const width = columns * cellWidth + 2 * margin;
  const height = rows * lineHeight + 2 * margin;
  const parts = Array.from({ length: rows }, (_, row) =>
    runsOf(row).map((run) => {
      const x = (margin + run.column * cellWidth).toFixed(1);
      const y = margin + row * lineHeight;
      const runWidth = (run.text.length * cellWidth).toFixed(1);
      const box =
        run.fill === undefined ? '' : `<rect x="${x}" y="${y}" width="${runWidth}" height="${lineHeight}" fill="${run.fill}"/>`;
      const fit = /^[ -~]+$/.test(run.text) ? ` textLength="${runWidth}" lengthAdjust="spacingAndGlyphs"` : '';
      const text =
        run.text.trim() === '' ? '' : `<text x="${x}" y="${y + 13}"${fit} ${run.attributes}>${escaped(run.text)}</text>`;
      return box + text;
    }),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<title>aisha-console on its demo database</title>`,
    `<rect width="100%" height="100%" rx="8" fill="${background}"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" xml:space="preserve">`,
    ...parts.flat().filter((part) => part !== ''),
    '</g></svg>',
    '',
  ].join('\n');
}

await waitFor('Acme Corporation');
program.write('/acme');
// The count and the rows come by different answers.
await Promise.all([waitFor('of 3'), waitForGone('Bluepeak')]);
program.write('\r');
await waitFor('pin tenant');
// The last parts of the card to arrive.
await Promise.all(
  ['Jane Cooper', 'leads on', 'active, 0 revoked', 'last activity  just', 'UPDATE', 'opportunities  '].map(waitFor),
);
writeFileSync('docs/console.svg', draw());
program.write('q');
program.onExit(() => process.exit(0));
