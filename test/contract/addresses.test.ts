import { BlockList, isIP, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressRanges } from '../../src/contract/address-ranges.ts';
import { addressKind, mayConnect } from '../../src/contract/addresses.ts';
import { cidrText, parseCidr, parseIp } from '../../src/contract/ip.ts';
import { withOwnApiServer } from '../../src/contract/own-api-server.ts';
import vectors from '../vectors/addresses.json' with { type: 'json' };

describe('what an address is', () => {
  test.each(vectors)('$address is $kind ($ranges)', ({ address, kind, ranges = {}, refused = false }) => {
    expect(addressKind(address, ranges)).toBe(kind);
    const may = (['public', 'inside', 'any'] as const).map((scope) => mayConnect(address, scope, ranges));
    const expected = [kind === 'public', kind !== 'node', true].map((allowed) => allowed && !refused);
    expect(may).toStrictEqual(expected);
  });

  test('is that of the longest prefix, as Node finds it', () => {
    const lists = addressRanges.map((range) => {
      const list = new BlockList();
      const [address = '', prefix] = range.cidr.split('/');
      list.addSubnet(address, Number(prefix), address.includes(':') ? 'ipv6' : 'ipv4');
      return { list, range, prefix: Number(prefix) };
    });
    const inRange = fc.constantFrom(...addressRanges.map(({ cidr }) => cidr)).chain((cidr) => {
      const block = parseCidr(cidr);
      if (!block) throw new Error(cidr);
      const most = (1n << BigInt(block.bits - block.prefix)) - 1n;
      return fc
        .bigInt({ min: 0n, max: most })
        .map(
          (host) => cidrText({ ...block, value: block.value + host, prefix: block.bits }).split('/')[0] ?? '',
        );
    });
    fc.assert(
      fc.property(fc.oneof(inRange, fc.ipV4(), fc.ipV6()), (address) => {
        if (isIP(address) === 0) return;
        const family = isIPv6(address) ? 'ipv6' : 'ipv4';
        const holding = lists
          .filter(
            ({ list, range }) => range.cidr.includes(':') === isIPv6(address) && list.check(address, family),
          )
          .sort((a, b) => b.prefix - a.prefix)[0]?.range;
        const carries = holding?.embeds !== undefined || /^::ffff:|5efe|a9fe:a9fe|\..*:|:.*\./i.test(address);
        if (!carries && holding) expect(addressKind(address)).toBe(holding.kind);
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 2000) },
    );
  });

  test('is read as Node reads it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.stringMatching(/^[0-9a-f:.x]{0,24}$/)), (text) => {
        expect(parseIp(text) !== undefined).toBe(isIP(text) !== 0);
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 2000) },
    );
  });
});

test.each([
  ['10.96.0.1/12', '10.96.0.0/12'],
  ['fd00::5/64', 'fd00::/64'],
  ['::ffff:10.1.2.3/104', '10.0.0.0/8'],
  ['0:0:1::/48', '0:0:1::/48'],
  ['1:0:0:2:0:0:0:3/128', '1:0:0:2::3/128'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['::/0', '::/0'],
  ['300.1.1.1/64', undefined],
  ['10.0.0.0/33', undefined],
  ['10.0.0.0/08', undefined],
  ['10.0.0.0', undefined],
  ['fd00::/129', undefined],
  ['10.0.0.0/8/8', undefined],
])('the range %s is %s', (text, expected) => {
  const block = parseCidr(text);
  expect(block && cidrText(block)).toBe(expected);
});

test("the address of the API server's Service is the node's to a pod", () => {
  const ranges = withOwnApiServer(undefined, { KUBERNETES_SERVICE_HOST: '10.96.0.1' });
  expect(mayConnect('10.96.0.1', 'inside', ranges)).toBe(false);
  expect(mayConnect('::ffff:10.96.0.1', 'inside', ranges)).toBe(false);
  expect(mayConnect('10.96.0.1', 'any', ranges)).toBe(true);
  expect(mayConnect('10.96.0.2', 'inside', ranges)).toBe(true);
  expect(withOwnApiServer({ never: ['10.0.0.0/8'] }, {})).toStrictEqual({ never: ['10.0.0.0/8'] });
});
