import { defineConfig } from 'vitest/config';

/** The tests that run the real crossplane CLI and engine; `setup.ts` builds them first, or fails. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/packages/**/*.test.ts', 'test/render/**/*.test.ts', 'test/schema/**/*.cli.test.ts'],
    globalSetup: ['test/tools/setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
