import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [
      'test/e2e/**',
      'test/cluster/**',
      'test/packages/**',
      'test/render/**',
      'test/schema/**/*.cli.test.ts',
    ],
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
