import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mayConnect } from '../../../src/contract/addresses.ts';
import { allowedAddresses } from '../../../src/probe/ladder/addresses.ts';
import { AddressNotAllowed, lookupWithin } from '../../../src/proxy/outbound/dial.ts';
import vectors from '../../vectors/addresses.json' with { type: 'json' };

const found = (...addresses: string[]) =>
  addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));

const scopes = ['public', 'inside', 'any'] as const;

/** Whom the gate connects to, of what a name resolves to. */
const gateOf = (addresses: string[], scope: (typeof scopes)[number], ranges: object) => {
  const resolve = (_host: string, _options: unknown, done: (error: null, all: unknown) => void) =>
    done(null, found(...addresses));
  let answer: unknown;
  lookupWithin(scope, ranges, resolve as never)('any.example', { all: true }, (error, all) => {
    answer = error ?? all;
  });
  return answer instanceof AddressNotAllowed ? [] : answer;
};

const probeOf = (addresses: string[], scope: (typeof scopes)[number], ranges: object) => {
  try {
    return allowedAddresses(found(...addresses), { addresses: scope, ranges });
  } catch (error) {
    expect((error as Error).message).toBe('AddressNotAllowed');
    return [];
  }
};

test('gate and probe connect to the same of what a name resolves to', () => {
  const address = fc.oneof(fc.constantFrom(...vectors.map((vector) => vector.address)), fc.ipV4(), fc.ipV6());
  const ranges = fc.constantFrom(...vectors.map((vector) => vector.ranges ?? {}));
  fc.assert(
    fc.property(
      fc.array(address, { maxLength: 4 }),
      fc.constantFrom(...scopes),
      ranges,
      (all, scope, said) => {
        const expected = found(...all.filter((each) => mayConnect(each, scope, said)));
        expect(gateOf(all, scope, said)).toStrictEqual(expected);
        expect(probeOf(all, scope, said)).toStrictEqual(expected);
      },
    ),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 1000) },
  );
});

describe('without a scope', () => {
  test.each(['127.0.0.1', '::1', '169.254.169.254', 'fe80::1', '100.100.100.200', 'fd00:ec2::254'])(
    '%s is not connected to',
    (address) => {
      expect(() => allowedAddresses(found(address), {})).toThrow('AddressNotAllowed');
    },
  );

  test('a private address is', () => {
    expect(allowedAddresses(found('10.0.0.1'), {})).toStrictEqual(found('10.0.0.1'));
  });
});
