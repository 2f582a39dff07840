/** What vitest runs before and after each of the projects of vitest.config.ts. */
import type { TestProject } from 'vitest/node';
import { needsOf, type Program } from '../lab/programs.ts';
import { missing } from '../lab/sources/needs.ts';
import { type Sort, sortTests } from './sorts.ts';

/**
 * Ends the run before it starts anything where the machine lacks what the tests to be run need. Afterwards lists the
 * tests that this kind of machine cannot run.
 */
export default async function setup(project: TestProject): Promise<() => void> {
  const tests = sortTests().filter(({ sort }) => sort === (project.name as Sort));
  // what the command line names; undefined: all of them
  const { filenamePattern } = project.vitest as { filenamePattern?: string[] };
  const { testFiles } = await project.globTestFiles(filenamePattern);
  const chosen = tests.filter(({ file }) => testFiles.some((path) => path.endsWith(`/${file}`)));
  const wanted = new Set<Program>(chosen.flatMap(({ programs }) => programs));
  const lines = await missing(needsOf([...wanted]));
  if (lines.length > 0) {
    const text = `These tests need more than this machine has:\n${lines.map((line) => `  ${line}`).join('\n')}`;
    // without the stack, which means nothing to the reader
    throw Object.assign(new Error(text), { stack: '' });
  }
  const left = tests.filter(({ impossible }) => impossible !== undefined);
  return () => {
    if (left.length === 0) return;
    const names = left.map(({ file, impossible }) => `  ${file}: ${impossible}`);
    console.log(`Not run on this platform:\n${names.join('\n')}`);
  };
}
