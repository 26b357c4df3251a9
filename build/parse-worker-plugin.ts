import { build, type Plugin } from 'vite';
import { sqlParser } from './parser-plugin.ts';

/**
 * Bundles the thread that parses large migrations, beside the program: of its own, since a thread that loads all of the program takes as long to
 * start as most files take to parse.
 */
export function parseWorker(): Plugin {
  return {
    name: 'parse-worker',
    async writeBundle({ dir }) {
      await build({
        configFile: false,
        logLevel: 'warn',
        plugins: [sqlParser()],
        build: {
          ssr: 'src/features/migrations/parse/worker.ts',
          outDir: dir ?? 'dist',
          emptyOutDir: false,
          target: 'node22',
          minify: true,
          rolldownOptions: { output: { entryFileNames: 'parse-worker.js', codeSplitting: false } },
        },
        ssr: { noExternal: true },
      });
    },
  };
}
