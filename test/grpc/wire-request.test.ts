import assert from 'node:assert/strict';
import { type Resource, type Resources, RunFunctionRequest } from '@crossplane-org/function-sdk-typescript';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeRequest } from '../../src/grpc/wire/request.ts';
import { WireError } from '../../src/grpc/wire/wire-error.ts';
import { request } from './arbitraries.ts';

const encode = (message: RunFunctionRequest): Uint8Array => RunFunctionRequest.encode(message).finish();

/** A length-delimited field as it stands on the wire. */
function field(tag: number, content: Uint8Array): Buffer {
  const length: number[] = [];
  let rest = content.length;
  for (; rest >= 0x80; rest >>>= 7) length.push((rest & 0x7f) | 0x80);
  return Buffer.concat([Buffer.from([tag, ...length, rest]), content]);
}

function empty(): RunFunctionRequest {
  return RunFunctionRequest.decode(new Uint8Array());
}

function withInput(input: Record<string, unknown>): Uint8Array {
  return encode({ ...empty(), input });
}

/** What the SDK decodes, without the managed fields of any resource. */
function expected(bytes: Uint8Array): RunFunctionRequest {
  const message = RunFunctionRequest.decode(bytes);
  const strip = (resource: Resource | undefined): void => {
    const metadata = resource?.resource?.['metadata'];
    if (typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata)) {
      delete metadata.managedFields;
    }
  };
  const stripAll = (lists: Record<string, Resources>): void =>
    Object.values(lists).forEach(({ items }) => {
      items.forEach(strip);
    });
  for (const state of [message.observed, message.desired]) {
    strip(state?.composite);
    Object.values(state?.resources ?? {}).forEach(strip);
  }
  stripAll(message.requiredResources);
  stripAll(message.extraResources);
  return message;
}

/** Decodes, and gives undefined where the bytes are refused as they must be. */
function decodeOrRefuse(bytes: Uint8Array): RunFunctionRequest | undefined {
  try {
    return decodeRequest(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(WireError);
    return undefined;
  }
}

describe('a request', () => {
  test('is decoded as the SDK decodes it, without managed fields', () => {
    fc.assert(
      fc.property(request, (message) => {
        const bytes = encode(message);
        assert.deepStrictEqual(decodeRequest(bytes), expected(bytes));
      }),
      { numRuns: 500 },
    );
  });

  test('of no bytes is the empty one', () => {
    expect(decodeRequest(new Uint8Array())).toStrictEqual(empty());
  });

  test('may stand anywhere in its buffer', () => {
    const bytes = withInput({ text: 'ä', number: 1.5 });
    const inside = Buffer.concat([Buffer.alloc(13, 0xff), bytes, Buffer.alloc(7, 0xff)]).subarray(13, -7);
    expect(decodeRequest(inside).input).toStrictEqual({ text: 'ä', number: 1.5 });
  });

  test('keeps managedFields where they are not those of an object', () => {
    const resource = {
      spec: { metadata: { managedFields: 1 } },
      managedFields: 2,
      metadata: { a: { managedFields: 3 } },
    };
    const message = empty();
    message.requiredResources['x'] = { items: [{ resource, connectionDetails: {}, ready: 0 }] };
    const decoded = decodeRequest(encode(message)).requiredResources['x'];
    expect(decoded?.items[0]?.resource).toStrictEqual(resource);
  });

  test('shares no memory with its bytes', () => {
    const message = empty();
    message.credentials['x'] = { credentialData: { data: { key: Buffer.from('before') } } };
    const bytes = Buffer.from(encode(message));
    const decoded = decodeRequest(bytes);
    bytes.fill(0);
    expect(decoded.credentials['x']?.credentialData?.data['key']?.toString()).toBe('before');
  });

  test('with fields that nobody knows yet is read past them', () => {
    const unknown = Buffer.concat([
      Buffer.from([0xf8, 0x07, 0x96, 0x01]), // field 127, varint
      Buffer.from([0xf9, 0x07, 1, 2, 3, 4, 5, 6, 7, 8]), // fixed64
      Buffer.from([0xfa, 0x07, 0x02, 0xff, 0xff]), // bytes
      Buffer.from([0xfd, 0x07, 1, 2, 3, 4]), // fixed32
    ]);
    const bytes = Buffer.concat([unknown, withInput({ a: 1 }), unknown]);
    expect(decodeRequest(bytes)).toStrictEqual(RunFunctionRequest.decode(bytes));
    expect(decodeRequest(bytes).input).toStrictEqual({ a: 1 });
  });

  test('takes the last of two entries with one key', () => {
    const one = empty();
    one.requiredResources['x'] = { items: [] };
    const two = empty();
    two.requiredResources['x'] = { items: [{ resource: { a: 1 }, connectionDetails: {}, ready: 0 }] };
    expect(
      decodeRequest(Buffer.concat([encode(one), encode(two)])).requiredResources['x']?.items,
    ).toHaveLength(1);
    expect(
      decodeRequest(Buffer.concat([encode(two), encode(one)])).requiredResources['x']?.items,
    ).toHaveLength(0);
  });

  test('has an entry whose value is left out: there is none of it', () => {
    const entry = Buffer.from([0x42, 0x03, 0x0a, 0x01, 0x78]);
    expect(decodeRequest(entry).requiredResources).toStrictEqual({ x: { items: [] } });
  });
});

describe('hostile keys', () => {
  const proto = field(0x0a, Buffer.from('__proto__'));

  test('__proto__ is a key like any other, and pollutes nothing', () => {
    const polluted = field(
      0x2a,
      field(0x0a, Buffer.concat([field(0x0a, Buffer.from('polluted')), field(0x12, Buffer.from([0x20, 1]))])),
    );
    const entry = field(0x0a, Buffer.concat([proto, field(0x12, polluted)]));
    const decoded = decodeRequest(field(0x22, entry)).input;
    expect(Object.keys(decoded ?? {})).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
    expect(decoded?.['polluted']).toBeUndefined();
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.values(decoded ?? {})).toStrictEqual([{ polluted: true }]);
  });

  test('__proto__ names a required resource, too', () => {
    const decoded = decodeRequest(
      field(0x42, Buffer.concat([proto, field(0x12, Buffer.alloc(0))])),
    ).requiredResources;
    expect(Object.keys(decoded)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
  });

  test('keys that hash alike are never mistaken for each other', () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => `key-${index.toString(36)}`);
    const input = Object.fromEntries(keys.map((key, index) => [key, index]));
    for (let round = 0; round < 2; round++) {
      expect(decodeRequest(withInput(input)).input).toStrictEqual(input);
    }
  });
});

describe('bytes that are no request', () => {
  const valid = encode(fc.sample(request, { numRuns: 1, seed: 7 })[0] ?? empty());

  test('are refused with one kind of error, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        decodeOrRefuse(bytes);
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 1000) },
    );
  });

  test('are refused when a request is changed in places', () => {
    const edit = fc.record({ at: fc.nat(), byte: fc.nat(255), remove: fc.nat(3), insert: fc.boolean() });
    fc.assert(
      fc.property(request, fc.array(edit, { minLength: 1, maxLength: 6 }), (message, edits) => {
        const bytes = [...encode(message)];
        for (const { at, byte, remove, insert } of edits) {
          bytes.splice(at % (bytes.length + 1), remove, ...(insert ? [byte] : []));
        }
        decodeOrRefuse(Uint8Array.from(bytes));
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 500) },
    );
  });

  test('are refused when they end early in a field', () => {
    const bytes = withInput({ name: 'a value', list: [1, true, null, { deep: 'x' }] });
    for (let length = 1; length < bytes.length; length++) {
      expect(() => decodeRequest(bytes.subarray(0, length)), `${length} bytes`).toThrow(WireError);
    }
    expect(valid.length).toBeGreaterThan(0);
  });

  test.each([
    ['a length beyond the end', [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]],
    ['a number without end', [0x08, ...Buffer.alloc(20, 0xff)]],
    ['a field longer than its message', [0x22, 0x04, 0x0a, 0x0a, 0x0a, 0x01, 0x61, 0, 0, 0, 0, 0, 0, 0]],
    ['field number 0', [0x02, 0x00]],
    ['a group', [0x0b, 0x0c]],
    ['a truncated fixed number', [0x09, 0x00]],
  ])('are refused: %s', (_, bytes) => {
    expect(() => decodeRequest(Uint8Array.from(bytes))).toThrow(WireError);
  });

  test('are refused when they nest without end, and the message says so', () => {
    const list = (value: Buffer): Buffer => field(0x32, field(0x0a, value));
    const object = (value: Buffer): Buffer => field(0x2a, field(0x0a, field(0x12, value)));
    const nested = (depth: number): Buffer => {
      let value: Buffer = Buffer.from([0x20, 1]);
      for (let level = 0; level < depth; level++) value = level % 2 === 0 ? list(value) : object(value);
      return field(0x22, field(0x0a, field(0x12, value)));
    };
    expect(decodeRequest(nested(128)).input).toBeDefined();
    for (const depth of [129, 130, 5000]) {
      expect(() => decodeRequest(nested(depth))).toThrow(/nested deeper than 128/);
    }
  });

  test('never have their content in the error', () => {
    const bytes = withInput({ password: 'canary-secret' });
    const broken = Buffer.from(bytes);
    broken[broken.length - 14] = 0xff;
    expect(() => decodeRequest(broken)).toThrow(WireError);
    expect(() => decodeRequest(broken)).not.toThrow(/canary/);
  });
});
