import { defineConfig } from 'vitest/config';
import { inkTableAsModule } from './build/ink-table-plugin.ts';

export default defineConfig({
  plugins: [inkTableAsModule()],
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    globalSetup: ['test/support/cluster-setup.ts'],
    server: { deps: { inline: ['ink-table'] } },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 4,
    reporters: process.env['VITEST_JSON'] ? ['default', ['json', { outputFile: process.env['VITEST_JSON'] }]] : ['default'],
  },
});
