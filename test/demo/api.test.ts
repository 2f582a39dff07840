import { expect, test } from 'vitest';
import { api } from '../../demo/api/story.ts';
import { demo, leavesNothing } from './run-demo.ts';

test('an API: from YAML to what it answers, and nothing is left', async () => {
  const run = demo([api.type.name]);
  expect(await run.end, run.output()).toBe(0);
  const output = run.output();
  expect(output.match(/^✓ \d\./gm)).toHaveLength(7);
  expect(output).toMatch(/^ +2 +Send the offer to Oslo$/m);
  expect(output).toContain('tool with name "create_todo-todos" does not exist');
  for (const reason of ['Connected', 'DNSFailed', 'AuthFailed', 'ConnectionRefused'])
    expect(output).toMatch(new RegExp(`^ +(todos|weather) .* ${reason} `, 'm'));
  expect(output, 'no secret').not.toMatch(/s3cret/);
  await leavesNothing();
}, 120_000);
