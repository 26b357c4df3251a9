import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import type * as Ink from 'ink';
import type * as React from 'react';
import { build, type PluginOption } from 'vite';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { packageRoot } from '#core/package-root.ts';
import { withoutDevtools } from '../../build/bundle-plugins.ts';
import { quickDrawing } from '../../build/ink-drawing.ts';

type Library = typeof Ink & Pick<typeof React, 'createElement'>;

const directory = mkdtempSync(join(tmpdir(), 'aisha-console-drawing-'));
const [columns, rows] = [24, 8];
let plain: Library;
let quick: Library;

beforeAll(async () => {
  vi.stubEnv('FORCE_COLOR', '1');
  plain = await bundled('plain', []);
  quick = await bundled('quick', [quickDrawing()]);
}, 120_000);

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true, force: true });
});

const piece = fc.record({
  text: fc.oneof(
    fc.string({ unit: fc.constantFrom('a', ' ', 'é', '漢', '👍', '│', '\t', '\u001b[1m', '\u001b[2K'), maxLength: 30 }),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
  ),
  bold: fc.boolean(),
  inverse: fc.boolean(),
  color: fc.constantFrom(undefined, 'red', 'cyan'),
});
const line = fc.array(piece, { maxLength: 4 });
const box = fc.record({
  lines: fc.array(line, { maxLength: 3 }),
  top: fc.integer({ min: -1, max: 4 }),
  left: fc.constantFrom(-1, 0, 5, columns - 3),
  bordered: fc.boolean(),
});
const screen = fc.record({
  lines: fc.array(line, { maxLength: rows + 2 }),
  isClipped: fc.boolean(),
  scrolled: fc.constantFrom(0, -1),
  style: fc.record({ inverse: fc.boolean() }),
  boxes: fc.array(box, { maxLength: 2 }),
});
type Screen = typeof screen extends fc.Arbitrary<infer Value> ? Value : never;

it('draws what Ink itself draws, frame after frame', () => {
  fc.assert(
    fc.property(fc.array(screen, { minLength: 1, maxLength: 4 }), (screens) => {
      expect(frames(quick, screens)).toEqual(frames(plain, screens));
    }),
    { numRuns: 200 },
  );
});

/** What is on the terminal after each of the screens, one replacing the other. */
function frames(library: Library, screens: readonly Screen[]): readonly string[] {
  const stdout = Object.assign(new PassThrough(), { columns, rows });
  const shown: string[] = [];
  stdout.on('data', (chunk: Buffer) => shown.push(String(chunk)));
  const instance = library.render(element(library, screens[0]!), {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all that Ink asks of it while it only prints whole frames.
    stdout: stdout as unknown as NodeJS.WriteStream,
    debug: true,
    patchConsole: false,
  });
  for (const next of screens.slice(1)) instance.rerender(element(library, next));
  instance.unmount();
  return shown;
}

function element(
  { createElement, Box, Text }: Library,
  { lines, isClipped, scrolled, style, boxes }: Screen,
): React.ReactElement {
  const rowsOf = (shown: Screen['lines'], own = {}): readonly React.ReactElement[] =>
    shown.map((pieces, index) =>
      createElement(
        Text,
        { key: index, wrap: 'truncate', ...own },
        ...pieces.map(({ text, color, ...tone }, place) =>
          createElement(Text, { key: place, ...tone, ...(color !== undefined && { color }) }, text),
        ),
      ),
    );
  return createElement(
    Box,
    { width: columns, height: rows },
    createElement(
      Box,
      {
        flexDirection: 'column',
        width: columns,
        height: rows - 2,
        flexShrink: 0,
        ...(isClipped && { overflowY: 'hidden' as const }),
      },
      createElement(
        Box,
        { flexDirection: 'column', marginTop: scrolled, height: lines.length, flexShrink: 0 },
        ...rowsOf(lines, style),
      ),
    ),
    ...boxes.map(({ top, left, bordered, lines: inner }, index) =>
      createElement(
        Box,
        {
          key: index,
          position: 'absolute',
          top,
          left,
          width: 12,
          overflow: 'hidden',
          flexDirection: 'column',
          ...(bordered && { borderStyle: 'round' as const }),
        },
        ...rowsOf(inner),
      ),
    ),
  );
}

/** Ink and React as the build bundles them, with these plugins. */
async function bundled(name: string, plugins: readonly PluginOption[]): Promise<Library> {
  const entry = join(packageRoot(), 'virtual-drawing-entry.js');
  await build({
    configFile: false,
    root: packageRoot(),
    logLevel: 'error',
    plugins: [
      {
        name: 'entry',
        enforce: 'pre',
        resolveId: (id) => (id === entry ? entry : null),
        load: (id) => (id === entry ? "export * from 'ink';\nexport { createElement } from 'react';\n" : null),
      },
      withoutDevtools(),
      ...plugins,
    ],
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
    build: { ssr: entry, outDir: join(directory, name), rolldownOptions: { output: { entryFileNames: 'ink.mjs' } } },
    ssr: { noExternal: true },
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a module that was just made has no types of its own.
  return (await import(/* @vite-ignore */ pathToFileURL(join(directory, name, 'ink.mjs')).href)) as Library;
}
