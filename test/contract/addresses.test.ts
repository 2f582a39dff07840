import { BlockList, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressKind, mayConnect } from '../../src/contract/addresses.ts';

describe('what an address is', () => {
  test.each([
    ['127.0.0.1', 'node'],
    ['127.255.0.9', 'node'],
    ['0.0.0.0', 'node'],
    ['169.254.169.254', 'node'],
    ['168.63.129.16', 'node'],
    ['224.0.0.1', 'node'],
    ['255.255.255.255', 'node'],
    ['::1', 'node'],
    ['::', 'node'],
    ['fe80::1', 'node'],
    ['fe80::1%eth0', 'node'],
    ['ff02::1', 'node'],
    ['::ffff:127.0.0.1', 'node'],
    ['::ffff:7f00:1', 'node'],
    ['::ffff:169.254.169.254', 'node'],
    ['64:ff9b::169.254.169.254', 'node'],
    ['2002:7f00:1::', 'node'],
    ['::127.0.0.1', 'node'],
    ['10.96.0.1', 'inside'],
    ['172.16.0.1', 'inside'],
    ['172.31.255.255', 'inside'],
    ['192.168.1.1', 'inside'],
    ['100.64.0.1', 'inside'],
    ['fd00::1', 'inside'],
    ['fec0::1', 'inside'],
    ['::ffff:10.0.0.1', 'inside'],
    ['2002:a00:1::', 'inside'],
    ['8.8.8.8', 'public'],
    ['172.32.0.1', 'public'],
    ['100.128.0.1', 'public'],
    ['2606:4700::1111', 'public'],
    ['::ffff:8.8.8.8', 'public'],
    ['localhost', 'node'],
    ['', 'node'],
    ['1:2:3', 'node'],
    ['1::2::3', 'node'],
  ])('%s is %s', (address, kind) => {
    expect(addressKind(address)).toBe(kind);
  });

  test('is what Node says of the same ranges', () => {
    const inside = new BlockList();
    inside.addSubnet('fc00::', 7, 'ipv6');
    inside.addSubnet('fec0::', 10, 'ipv6');
    const globalUnicast = new BlockList();
    globalUnicast.addSubnet('2000::', 3, 'ipv6');
    const tunnelled = new BlockList();
    tunnelled.addSubnet('2002::', 16, 'ipv6');
    tunnelled.addSubnet('64:ff9b::', 32, 'ipv6');
    tunnelled.addSubnet('::ffff:0:0', 96, 'ipv6');
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        if (!isIPv6(address) || tunnelled.check(address, 'ipv6')) return;
        const expected = inside.check(address, 'ipv6')
          ? 'inside'
          : globalUnicast.check(address, 'ipv6')
            ? 'public'
            : 'node';
        expect(addressKind(address)).toBe(expected);
      }),
    );
  });
});

test.each([
  ['8.8.8.8', [true, true, true]],
  ['10.0.0.1', [false, true, true]],
  ['169.254.169.254', [false, false, true]],
] as const)('%s may be connected to in the scopes public, inside and any: %j', (address, expected) => {
  expect([
    mayConnect(address, 'public'),
    mayConnect(address, 'inside'),
    mayConnect(address, 'any'),
  ]).toStrictEqual(expected);
});
