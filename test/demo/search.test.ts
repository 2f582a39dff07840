import { expect, test } from 'vitest';
import { search } from '../../demo/search/story.ts';
import { demo, leavesNothing } from './run-demo.ts';

test('a search engine: from YAML to hits, and nothing is left', async () => {
  const run = demo([search.type.name]);
  expect(await run.end, run.output()).toBe(0);
  const output = run.output();
  expect(output.match(/^✓ \d\./gm)).toHaveLength(7);
  expect(output).toMatch(/^ +Garden chair +garden +59$/m);
  expect(output).toContain('by room: garden 1, kitchen 1');
  expect(output).toContain('products,salaries is not an allowed value');
  for (const reason of ['Connected', 'DNSFailed', 'AuthFailed', 'ConnectionRefused'])
    expect(output).toMatch(new RegExp(`^ +(catalogue|articles) .* ${reason} `, 'm'));
  expect(output, 'no secret').not.toMatch(/s3cret/);
  await leavesNothing();
}, 120_000);
