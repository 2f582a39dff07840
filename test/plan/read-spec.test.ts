import { describe, expect, test } from 'vitest';
import { readSpec } from '../../src/plan/read-spec.ts';
import { parseSpec } from '../../src/plan/spec.ts';
import { api } from '../../src/servers/api/api.ts';
import { search } from '../../src/servers/search/search.ts';
import type { SourceInput } from '../../src/servers/server-type.ts';

const spec = { type: 'qdrant', host: 'points', description: 'x' };

const inputOf = (fields: Partial<SourceInput<unknown, unknown>> = {}): SourceInput<unknown, unknown> => ({
  name: 'points',
  spec: search.resource.spec.parse(spec),
  policy: search.policy(search.instance.spec.parse({}) as never),
  place: { host: 'points', addresses: 'inside' },
  placeholder: (purpose) => purpose,
  ...fields,
});

describe('a spec that comes again', () => {
  test('is the same object, whatever the order of its fields', () => {
    const first = readSpec(search, spec, 'tas-acme');
    expect(readSpec(search, { description: 'x', host: 'points', type: 'qdrant' }, 'tas-acme')).toBe(first);
    expect(first.parsed).toStrictEqual(parseSpec(search.resource.spec, spec));
  });

  const others: { reason: string; args: Parameters<typeof readSpec> }[] = [
    { reason: 'another tenant', args: [search, spec, 'tas-beta'] },
    { reason: 'another type', args: [api, spec, 'tas-acme'] },
    { reason: 'another implementation of the type', args: [{ ...search }, spec, 'tas-acme'] },
    { reason: 'another spec', args: [search, { ...spec, port: 1 }, 'tas-acme'] },
  ];
  test.each(others)('is not shared with $reason', ({ args }) => {
    expect(readSpec(...args)).not.toBe(readSpec(search, spec, 'tas-acme'));
  });

  test('has the same source until its input changes', () => {
    const read = readSpec(search, spec, 'tas-acme');
    const first = read.source(inputOf());
    expect(read.source(inputOf())).toBe(first);
    for (const change of [
      { name: 'other' },
      { policy: { maxHits: 1, allowedOperations: ['search'] } },
      { caPath: '/ca' },
      { place: { host: 'other', addresses: 'inside' } as const },
      { problem: { reason: 'SecretNotFound', message: 'x' } as const },
    ]) {
      const changed = read.source(inputOf(change));
      expect(changed, JSON.stringify(change)).not.toBe(first);
      expect(changed).toStrictEqual(search.source(inputOf(change) as never));
    }
    const [one, other] = [{ operations: [] }, { operations: [] }];
    const ofOne = read.source(inputOf({ document: one }));
    expect(read.source(inputOf({ document: one }))).toBe(ofOne);
    expect(read.source(inputOf({ document: other }))).not.toBe(ofOne);
  });

  test('is read again when a tenant has more than its memory holds, and others keep theirs', () => {
    const kept = readSpec(search, spec, 'tas-acme');
    const first = readSpec(search, { ...spec, port: 1 }, 'tas-flood');
    for (let port = 2; port < 70; port++)
      readSpec(search, { ...spec, port, ignored: 'x'.repeat(60_000) }, 'tas-flood');
    expect(readSpec(search, { ...spec, port: 1 }, 'tas-flood')).not.toBe(first);
    expect(readSpec(search, spec, 'tas-acme')).toBe(kept);
  });
});
