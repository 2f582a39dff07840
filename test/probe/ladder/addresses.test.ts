import { isIPv6 } from 'node:net';
import { describe, expect, test } from 'vitest';
import { allowedAddresses } from '../../../src/probe/ladder/addresses.ts';

const found = (...addresses: string[]) =>
  addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));

describe('where private addresses are not allowed', () => {
  test.each([
    '127.0.0.1',
    '10.96.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '169.254.169.254',
    '100.100.100.200',
    '0.0.0.0',
    '198.19.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fd00::1',
    'fe80::1',
    'ff02::1',
    '::ffff:10.0.0.1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '2002:0a00:0001::1',
  ])('%s is not', (address) => {
    expect(() => allowedAddresses(found(address), { privateAddresses: false })).toThrow('AddressNotAllowed');
    expect(allowedAddresses(found(address), {})).toStrictEqual(found(address));
  });

  test.each(['1.1.1.1', '172.32.0.1', '100.128.0.1', '169.253.1.1', '2606:4700::1111'])(
    '%s is',
    (address) => {
      expect(allowedAddresses(found(address), { privateAddresses: false })).toStrictEqual(found(address));
    },
  );

  test('of several those are left that may be connected to', () => {
    const all = found('10.0.0.1', '1.1.1.1');
    expect(allowedAddresses(all, { privateAddresses: false })).toStrictEqual(found('1.1.1.1'));
  });
});
