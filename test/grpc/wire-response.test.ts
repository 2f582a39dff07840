import { RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeRequest } from '../../src/grpc/wire/request.ts';
import { encodeResponse } from '../../src/grpc/wire/response.ts';
import { response } from './arbitraries.ts';

function empty(): RunFunctionResponse {
  return RunFunctionResponse.decode(new Uint8Array());
}

/** What a Struct is after its way over the wire. */
function output(value: Record<string, unknown>): unknown {
  return RunFunctionResponse.decode(encodeResponse({ ...empty(), output: value })).output;
}

describe('a response', () => {
  test('is encoded to the very bytes of the SDK', () => {
    fc.assert(
      fc.property(response, (message) => {
        const bytes = encodeResponse(message);
        expect(bytes.equals(RunFunctionResponse.encode(message).finish())).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('is not overwritten by the next one', () => {
    const first = encodeResponse({ ...empty(), output: { a: 'first' } });
    const copy = Buffer.from(first);
    encodeResponse({ ...empty(), output: { a: 'other' } });
    expect(first.equals(copy)).toBe(true);
  });

  test('may be large after small ones', () => {
    encodeResponse(empty());
    const large = { text: 'ä'.repeat(3_000_000), list: Array.from({ length: 50_000 }, (_, index) => index) };
    expect(output(large)).toStrictEqual(large);
  });

  test.each([
    ['undefined under a key', { a: undefined, b: 1 }, { b: 1 }],
    ['undefined in a list', { a: [undefined, 1] }, { a: [null, 1] }],
    ['numbers that JSON lacks', { a: Number.NaN, b: Infinity, c: -Infinity }, { a: null, b: null, c: null }],
    ['objects without a prototype', { a: Object.assign(Object.create(null), { b: 1 }) }, { a: { b: 1 } }],
    ['negative and fractional numbers', { a: -1, b: 0.1, c: 2 ** 53 }, { a: -1, b: 0.1, c: 2 ** 53 }],
    ['strings about the length where writing changes', { a: 'é'.repeat(41), b: 'x'.repeat(40) }, undefined],
  ])('carries %s', (_, value, expected) => {
    expect(output(value)).toStrictEqual(expected ?? value);
  });

  test('keeps a __proto__ key', () => {
    const bytes = encodeResponse({ ...empty(), output: JSON.parse('{"__proto__": "kept"}') });
    const asInput = Buffer.from(bytes);
    asInput[0] = 0x22;
    expect(JSON.stringify(decodeRequest(asInput).input)).toBe('{"__proto__":"kept"}');
  });

  test('replaces half a surrogate pair, so that Go accepts the string', () => {
    expect(output({ a: `x${'\ud800'}y`, b: `${'\ud800'}${'z'.repeat(60)}` })).toStrictEqual({
      a: 'x\ufffdy',
      b: `\ufffd${'z'.repeat(60)}`,
    });
  });

  test.each([
    ['a function', () => 1],
    ['a bigint', 1n],
    ['a symbol', Symbol('x')],
  ])('with %s in it is a bug, and throws', (_, value) => {
    expect(() => output({ a: [value] })).toThrow(TypeError);
  });

  test('that contains itself is a bug, and throws', () => {
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = [cyclic];
    expect(() => output(cyclic)).toThrow(RangeError);
  });
});
