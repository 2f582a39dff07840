import { BlockList, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blocksBut, egressOf } from '../../src/compose/egress.ts';
import type { ComposeInput } from '../../src/compose/input.ts';
import { resolveSettings } from '../../src/plan/settings.ts';

const settingsOf = (reach: object) => resolveSettings(undefined, { reach });

const settings = (reach: object) => {
  const resolved = settingsOf(reach);
  if (!resolved.ok) throw new Error(resolved.error);
  return resolved.value;
};

interface Block {
  ipBlock: { cidr: string; except: string[] };
}

const listOf = (cidrs: string[]) => {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [address = '', prefix] = cidr.split('/');
    list.addSubnet(address, Number(prefix), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return list;
};

/** Whether the blocks let an address through, as a network reads them. */
const passes = (blocks: Block[], address: string) =>
  blocks.some(({ ipBlock: { cidr, except } }) => {
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    // Node takes ::/0 to hold IPv4 addresses as well
    const sameFamily = isIPv6(address) === cidr.includes(':');
    return sameFamily && !listOf(except).check(address, family);
  });

const metadata = [
  '169.254.169.254',
  '168.63.129.16',
  '100.100.100.200',
  '192.0.0.192',
  'fd00:ec2::254',
  'fd20:ce::254',
  'fe80::a9fe:a9fe',
];

describe('the blocks of a NetworkPolicy', () => {
  test('except metadata and what the platform excepts, in both families, whatever is declared inside', () => {
    const cidr = fc.oneof(
      fc.tuple(fc.ipV4(), fc.integer({ min: 1, max: 32 })).map(([ip, prefix]) => `${ip}/${prefix}`),
      fc.tuple(fc.ipV6(), fc.integer({ min: 1, max: 128 })).map(([ip, prefix]) => `${ip}/${prefix}`),
      fc.constantFrom('100.64.0.0/10', '192.0.0.0/24', 'fd00::/8', '10.0.0.0/8'),
    );
    const cidrs = fc.array(cidr, { maxLength: 4 });
    fc.assert(
      fc.property(cidrs, cidrs, fc.oneof(fc.ipV4(), fc.ipV6()), (exceptCidrs, insideCidrs, any) => {
        const parsed = settings({ exceptCidrs, insideCidrs });
        const blocks = blocksBut(parsed.reach.exceptCidrs, parsed) as Block[];
        for (const address of metadata) expect(passes(blocks, address), address).toBe(false);
        for (const except of parsed.reach.exceptCidrs)
          expect(passes(blocks, except.split('/')[0] ?? '')).toBe(false);
        const family = isIPv6(any) ? 'ipv6' : 'ipv4';
        const own = blocks.filter(({ ipBlock }) => ipBlock.cidr.includes(':') === isIPv6(any));
        const excepted = listOf(own.flatMap(({ ipBlock }) => ipBlock.except)).check(any, family);
        expect(passes(blocks, any)).toBe(!excepted);
        // the API server asks for subsets of the block's own family
        for (const { ipBlock } of blocks)
          for (const except of ipBlock.except)
            expect(isIPv6(except.split('/')[0] ?? '')).toBe(ipBlock.cidr === '::/0');
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 300) },
    );
  });

  test('open what the platform declares to be inside, except the metadata in it', () => {
    const blocks = blocksBut([], settings({ insideCidrs: ['100.64.0.0/10'] })) as Block[];
    expect(passes(blocks, '100.100.1.1')).toBe(true);
    expect(passes(blocks, '100.100.100.200')).toBe(false);
  });
});

describe('pods by their namespace', () => {
  const peersOf = (reach: object): unknown[] => {
    const destination = { host: 'shop', port: 443 };
    const input = { plan: { resources: [{ destination }] }, settings: settings(reach) };
    const [, rule] = egressOf(input as unknown as ComposeInput) as { to: object[] }[];
    return rule?.to.filter((peer) => !('ipBlock' in peer)) ?? [];
  };

  test.each([
    [{}, [{ namespaceSelector: {} }]],
    [{ exceptCidrs: ['10.0.0.0/8'] }, [{ podSelector: {} }]],
    [{ apiServerCidrs: ['10.96.0.1/32'] }, [{ podSelector: {} }]],
    [
      { exceptCidrs: ['10.0.0.0/8'], podNamespaces: ['shared'] },
      [
        { podSelector: {} },
        { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shared' } } },
      ],
    ],
  ])('%j: %j', (reach, expected) => {
    expect(peersOf(reach)).toStrictEqual(expected);
  });
});

test.each([
  '300.1.1.1/64',
  '0.0.0.0/0',
  '::/0',
  '10.0.0.0/33',
  '10.0.0.0',
  'fd00::/129',
  '::ffff:0:0/96',
  'x/8',
])('the settings do not take the range %s', (cidr) => {
  for (const field of ['exceptCidrs', 'insideCidrs', 'apiServerCidrs']) {
    const resolved = settingsOf({ [field]: [cidr] });
    expect(resolved.ok).toBe(false);
    if (!resolved.ok)
      expect(resolved.error).toContain(`data.reach.${field}.0: must be an IPv4 or IPv6 range`);
  }
});
