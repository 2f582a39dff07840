import { expect, test } from 'vitest';
import { storage } from '../../demo/storage/story.ts';
import { builtFirst } from '../support/built-first.ts';
import { demo, leavesNothing } from './run-demo.ts';

builtFirst('versitygw', 'mcp-s3');

test('a bucket: from YAML to objects, and nothing is left', async () => {
  const run = demo([storage.type.name]);
  expect(await run.end, run.output()).toBe(0);
  const output = run.output();
  expect(output).toMatch(/^✓ 7\./m);
  expect(output).toContain('2026-03,421,44180.25');
  expect(output).toContain('this connection is read-only');
  for (const reason of ['Connected', 'DNSFailed', 'AuthFailed', 'ConnectionRefused'])
    expect(output).toMatch(new RegExp(`^ +(reports|media) .* ${reason} `, 'm'));
  expect(output, 'no secret').not.toMatch(/s3cret/);
  await leavesNothing();
}, 120_000);
