import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shapes } from './hostile-documents.ts';

/** The heap of a worker, less what the function takes at rest. */
const heap = '--max-old-space-size=160';
const program = join(import.meta.dirname, 'read-timed.ts');

/** Shapes that took more than nine times as long at four times the size; twice that of a linear reader. */
const slowOf = (names: readonly string[]): string[] => {
  const lines = execFileSync(process.execPath, [heap, program, String(1024 * 1024), ...names], {
    encoding: 'utf8',
  });
  const times = lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as [string, number, number]);
  expect(times).toHaveLength(names.length);
  // below 50 ms, other work of the process decides
  return times.filter(([, small, large]) => large > 50 && large > 9 * small).map(([name]) => name);
};

test('no document of 1 MiB takes more memory than a worker has, or time that grows faster than its size', () => {
  let slow = Object.keys(shapes);
  for (let attempt = 0; attempt < 3 && slow.length > 0; attempt++) slow = slowOf(slow);
  expect(slow).toStrictEqual([]);
}, 300_000);
