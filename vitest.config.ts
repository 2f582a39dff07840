import { defineConfig } from 'vitest/config';
import { type Sort, sortTests } from './test/sorts.ts';

const tests = sortTests();

const project = (name: Sort) => ({
  test: {
    name,
    include: tests.filter(({ sort, impossible }) => sort === name && !impossible).map(({ file }) => file),
    globalSetup: ['test/projects.ts'],
    // pure tests share a worker: most of their time would go into imports
    ...(name === 'unit' && { setupFiles: ['test/support/alone.ts'], isolate: false }),
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});

export default defineConfig({
  test: { projects: [project('unit'), project('servers'), project('backends')] },
});
