import { defineConfig } from 'vitest/config';
import { type Sort, sortTests } from './test/sorts.ts';

const tests = sortTests();

const project = (name: Sort) => ({
  test: {
    name,
    include: tests.filter(({ sort, impossible }) => sort === name && !impossible).map(({ file }) => file),
    globalSetup: ['test/projects.ts'],
    setupFiles: name === 'unit' ? ['test/support/alone.ts'] : [],
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});

export default defineConfig({
  test: { projects: [project('unit'), project('servers'), project('backends')] },
});
