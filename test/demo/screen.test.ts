import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createScreen, table } from '../../demo/stage/screen.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** What a step of 12 seconds writes. */
async function written(isTTY: boolean, env: NodeJS.ProcessEnv = {}): Promise<string> {
  let text = '';
  const output = { isTTY, write: (chunk: string) => (text += chunk) };
  const step = createScreen(output, env).step('Wait', async (note) => {
    await new Promise((resolve) => setTimeout(resolve, 12_000));
    note('one\n\ntwo');
  });
  await vi.advanceTimersByTimeAsync(12_000);
  await step;
  return text;
}

test('plain where it is no terminal: a line now and then, then the result', async () => {
  expect(await written(false)).toBe(
    '  1. Wait: 5.0 s so far\n  1. Wait: 10.0 s so far\n✓ 1. Wait  12.0 s\n     one\n\n     two\n\n',
  );
});

test('a terminal gets a moving line, taken away at the end, and colour unless NO_COLOR is set', async () => {
  const colourful = await written(true);
  expect(colourful).toContain('\r\u001b[2K⠙ 1. Wait \u001b[2m0.1 s\u001b[0m');
  expect(colourful).toContain('\r\u001b[2K\u001b[32m✓\u001b[0m \u001b[1m1. Wait\u001b[0m');
  const plain = await written(true, { NO_COLOR: '1' });
  expect(plain).toContain('\r\u001b[2K⠙ 1. Wait 0.1 s');
  expect(plain).toContain('\r\u001b[2K✓ 1. Wait  12.0 s\n');
});

test('a step that fails is marked, keeps its notes and throws', async () => {
  let text = '';
  const screen = createScreen({ write: (chunk) => (text += chunk) }, {});
  const step = screen.step('Break', async (note) => {
    note('so far');
    throw new Error('broken');
  });
  await expect(step).rejects.toThrow('broken');
  expect(text).toBe('✗ 1. Break  0.0 s\n     so far\n\n');
});

test('a table has columns as wide as they need to be', () => {
  expect(
    table([
      ['a', 'bbb', 1],
      ['aaaa', 'b', null],
    ]),
  ).toBe('a     bbb  1\naaaa  b    null');
});
