import { describe, expect, test } from 'vitest';
import { describeFailure } from '../../src/contract/failure.ts';

const CANARY = 'canary-9b1f';

class RenderBug extends TypeError {}

const thrown: [string, () => unknown][] = [
  ['an error', () => new Error(`password ${CANARY}`)],
  ['an error of a class', () => new RenderBug(CANARY)],
  [
    'a message of many lines',
    () => new Error(`a\n    at ${CANARY} (/${CANARY}.js:1:1)\n    at b (/${CANARY}:2:2)`),
  ],
  [
    'a message that was changed',
    () => Object.assign(new Error(`/${CANARY}:1:1)\n at ${CANARY}`), { message: 'other' }),
  ],
  ['a name', () => Object.assign(new Error('x'), { name: CANARY })],
  ['a cause', () => new Error('x', { cause: new Error(CANARY) })],
  ['fields', () => Object.assign(new Error('x'), { secret: CANARY })],
  ['an own stack', () => Object.assign(new Error('x'), { stack: `Error: y\n    at ${CANARY} (/a:1:1)` })],
  ['no error at all', () => CANARY],
  ['an object', () => ({ message: CANARY, stack: CANARY })],
  ['nothing', () => undefined],
];

describe('what is said of an unexpected error', () => {
  test.each(thrown)('holds nothing of its content: %s', (_, make) => {
    expect(JSON.stringify(describeFailure(make()))).not.toContain(CANARY);
  });

  test('names its class and where it was thrown', () => {
    const { error, stack } = describeFailure(new RenderBug(CANARY));
    expect(error).toBe('RenderBug');
    expect(stack[0]).toMatch(/^at .*failure\.test\.ts:\d+:\d+\)?$/);
  });

  test('has an id that is the same for the same bug', () => {
    const bug = (message: string): unknown => new Error(message);
    const [first, second] = ['one', 'two'].map((message) => describeFailure(bug(message)).id);
    expect(first).toMatch(/^[0-9a-f]{8}$/);
    expect(second).toBe(first);
    expect(describeFailure(new RenderBug('one')).id).not.toBe(first);
  });
});
