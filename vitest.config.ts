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
    // Journeys drive whole programs against the clock of a machine that others share; one that fails twice has a reason.
    retry: process.env['CI'] ? 1 : 0,
    reporters: process.env['VITEST_JSON'] ? ['default', ['json', { outputFile: process.env['VITEST_JSON'] }]] : ['default'],
  },
});
