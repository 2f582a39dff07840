import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/contract/kube.ts';
import { reachOf } from '../../src/plan/reach.ts';
import { resolveSettings } from '../../src/plan/settings.ts';
import { hostName } from '../../src/schema/fields.ts';

/** What becomes of a host: refused, or whether private addresses may stand behind it. */
const placeOf = (
  host: string,
  arbitrary: boolean,
  reach?: JsonObject,
  namespace = 'tas-acme',
  more?: JsonObject,
) => {
  const settings = resolveSettings(undefined, { ...more, ...(reach && { reach }) });
  if (!settings.ok) throw new Error(settings.error);
  const found = reachOf({ host, port: 443, arbitrary }, { namespace, settings: settings.value });
  if (!found.ok) {
    expect(found.error.reason).toBe('HostNotAllowed');
    expect(found.error.message).toContain('reach.allowedHosts');
    return undefined;
  }
  return found.value;
};

const judge = (...args: Parameters<typeof placeOf>): 'refused' | 'private' | 'public' => {
  const place = placeOf(...args);
  if (!place) return 'refused';
  return place.addresses === 'public' ? 'public' : 'private';
};

describe('a host that is the node, or the API server, is reached by nobody', () => {
  test.each([
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '169.254.169.254',
    '168.63.129.16',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    'localhost',
    'LOCALHOST',
    'localhost.',
    'a.localhost',
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    'Kubernetes.default.svc.cluster.local.',
    'metadata.google.internal',
    'METADATA.google.internal.',
    'metadata',
    'metadata.goog',
    'metadata.azure.internal',
    'instance-data',
    'instance-data.ec2.internal',
    'instance-data.eu-central-1.compute.internal',
    'metadata.tencentyun.com',
    'localhost4',
    'localhost.localdomain',
    'localhost6.localdomain6',
    'ip6-localhost',
    'ip6-loopback',
    'ip6-allnodes',
    'host.docker.internal',
    'kubernetes.docker.internal',
    'gateway.docker.internal',
    'host.k3d.internal',
    'host.minikube.internal',
    'control-plane.minikube.internal',
    'host.containers.internal',
    'kubernetes.default.svc.k8s.example',
    '10-0-1-9.kubernetes.default.svc',
    '10-0-1-9.kubernetes.default',
    'a.b.KUBERNETES.default.svc.cluster.local',
    '100.100.100.200',
    '100.100.2.136',
    '192.0.0.192',
    '192.0.0.8',
    '192.0.2.1',
    '198.51.100.1',
    '203.0.113.1',
  ])('%s', (host) => {
    expect(judge(host, false)).toBe('refused');
    expect(judge(host, true)).toBe('refused');
    expect(judge(host, true, { allowedHosts: ['*'] })).toBe('refused');
    expect(judge(host, true, { allowedHosts: [host] }), 'listed by its name').toBe('private');
  });
});

describe('without a list of the platform', () => {
  test.each([
    { host: '10-0-0-7.shop.tas-acme.svc', plain: 'private', arbitrary: 'public' },
    { host: 'shop-0.shop.tas-acme.svc.cluster.local', plain: 'private', arbitrary: 'public' },
    { host: '10-0-0-7.tas-acme.pod.cluster.local', plain: 'private', arbitrary: 'public' },
    { host: 'shop.tas-acme.svc.example.com', plain: 'private', arbitrary: 'public' },
    { host: 'tas-acme.svc', plain: 'private', arbitrary: 'public' },
    { host: '10.0.0.7.nip.io', plain: 'private', arbitrary: 'public' },
    { host: 'ip-10-0-1-5', plain: 'private', arbitrary: 'private' },
    { host: 'shop.tas-acme.svc', plain: 'private', arbitrary: 'private' },
    { host: 'shop.tas-acme.svc.cluster.local.', plain: 'private', arbitrary: 'private' },
    { host: 'shop', plain: 'private', arbitrary: 'private' },
    { host: 'api.example.com', plain: 'private', arbitrary: 'public' },
    { host: 'shop.tas-acme', plain: 'private', arbitrary: 'public' },
    { host: 'svc.example.com', plain: 'private', arbitrary: 'public' },
    { host: '93.184.215.14', plain: 'private', arbitrary: 'public' },
    { host: '172.32.0.1', plain: 'private', arbitrary: 'public' },
    { host: '10.1.2.3', plain: 'private', arbitrary: 'refused' },
    { host: '172.16.0.1', plain: 'private', arbitrary: 'refused' },
    { host: '172.31.255.255', plain: 'private', arbitrary: 'refused' },
    { host: '192.168.1.1', plain: 'private', arbitrary: 'refused' },
    { host: '100.64.0.1', plain: 'private', arbitrary: 'refused' },
    { host: '198.19.0.1', plain: 'private', arbitrary: 'refused' },
  ])('$host: $plain, and $arbitrary where tenants choose what is sent', ({ host, plain, arbitrary }) => {
    expect(judge(host, false)).toBe(plain);
    expect(judge(host, true)).toBe(arbitrary);
  });
});

test.each([
  { host: 'api.example.com', allowedHosts: ['api.example.com'], want: 'private' },
  { host: 'API.example.com.', allowedHosts: ['api.example.com'], want: 'private' },
  { host: 'other.example.com', allowedHosts: ['api.example.com'], want: 'refused' },
  { host: 'a.b.example.com', allowedHosts: ['*.example.com'], want: 'private' },
  { host: 'example.com', allowedHosts: ['*.example.com'], want: 'refused' },
  { host: 'notexample.com', allowedHosts: ['*.example.com'], want: 'refused' },
  { host: 'api.tas-acme.svc', allowedHosts: ['*.{namespace}.svc'], want: 'private' },
  { host: 'api.tas-beta.svc', allowedHosts: ['*.{namespace}.svc'], want: 'refused' },
  { host: '10.1.2.3', allowedHosts: ['10.1.2.3'], want: 'private' },
  { host: '10.1.2.4', allowedHosts: ['10.1.2.3'], want: 'refused' },
  { host: 'api.example.com', allowedHosts: [], want: 'refused' },
  { host: '10.1.2.3', allowedHosts: ['*'], want: 'private' },
])('$host is $want where the platform lists $allowedHosts', ({ host, allowedHosts, want }) => {
  expect(judge(host, true, { allowedHosts })).toBe(want);
});

test.each([
  { host: 'shop', allowedHosts: ['*.{namespace}.svc'], want: 'private' },
  { host: 'shop', allowedHosts: ['shop'], want: 'private' },
  { host: 'shop', allowedHosts: ['shop.tas-acme.svc.cluster.local'], want: 'private' },
  { host: 'shop', allowedHosts: ['*.tas-beta.svc'], want: 'refused' },
  { host: 'shop.tas-acme.svc.cluster.local', allowedHosts: ['shop.{namespace}.svc'], want: 'private' },
  { host: 'shop.tas-acme.svc', allowedHosts: ['*.svc.cluster.local'], want: 'private' },
  { host: '10-0-1-9.kubernetes.default.svc', allowedHosts: ['*.svc', '*'], want: 'refused' },
])('the Service $host is $want where the platform lists $allowedHosts', ({ host, allowedHosts, want }) => {
  expect(judge(host, true, { allowedHosts })).toBe(want);
});

describe('a single label', () => {
  test('is the Service of that name in the namespace, and keeps its name', () => {
    expect(placeOf('Shop', true)).toStrictEqual({
      host: 'shop.tas-acme.svc.cluster.local',
      name: 'Shop',
      addresses: 'inside',
    });
    expect(placeOf('shop', true, undefined, 'tas-beta', { clusterDomain: 'k8s.example' })?.host).toBe(
      'shop.tas-beta.svc.k8s.example',
    );
  });

  test.each(['shop.tas-acme.svc', 'api.example.com', '10.0.0.7'])('is what %s is not', (host) => {
    expect(placeOf(host, false)).toStrictEqual({ host, addresses: 'inside' });
  });

  test('in the namespace "default" is not the API server, in any form', () => {
    for (const host of ['kubernetes', 'Kubernetes.', 'kubernetes.default.svc', 'a.kubernetes'])
      expect(judge(host, false, { allowedHosts: ['*'] }, 'default'), host).toBe('refused');
  });
});

test('what is listed by its very name may stand behind any address, and a Service behind no metadata', () => {
  for (const host of ['localhost', '169.254.169.254', 'kubernetes.default.svc', 'metadata.google.internal'])
    expect(placeOf(host, true, { allowedHosts: [host] })?.addresses, host).toBe('any');
  for (const host of ['shop', 'shop.tas-acme.svc', 'api.example.com', '10.0.0.7'])
    expect(placeOf(host, true, { allowedHosts: [host] })?.addresses, host).toBe('inside');
});

test('ranges of the platform count for addresses that are written as a host', () => {
  const apiServerCidrs = ['10.96.0.1/32'];
  expect(judge('10.96.0.1', false, { apiServerCidrs })).toBe('refused');
  expect(judge('10.96.0.2', false, { apiServerCidrs })).toBe('private');
  expect(judge('100.100.1.1', false, { insideCidrs: ['100.100.0.0/16'] })).toBe('private');
  expect(judge('100.100.100.200', false, { insideCidrs: ['100.100.0.0/16'] })).toBe('refused');
});

test('no spelling of a host that the schema takes changes what it is', () => {
  const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/);
  const known = fc.constantFrom(
    'kubernetes',
    'default',
    'svc',
    'cluster',
    'local',
    'localhost',
    'tas-acme',
    'metadata',
    'google',
    'internal',
  );
  const host = fc.array(fc.oneof(label, known), { minLength: 1, maxLength: 6 }).map((it) => it.join('.'));
  const spelled = fc
    .tuple(host, fc.array(fc.boolean(), { minLength: 64, maxLength: 64 }))
    .map(
      ([text, upper]) =>
        [text, Array.from(text, (c, at) => (upper[at] ? c.toUpperCase() : c)).join('')] as const,
    );
  fc.assert(
    fc.property(spelled, fc.boolean(), fc.boolean(), ([plain, written], arbitrary, listed) => {
      const reach = listed ? { allowedHosts: ['*'] } : undefined;
      expect(hostName.test(written)).toBe(true);
      const place = placeOf(written, arbitrary, reach);
      expect(place?.addresses).toBe(placeOf(plain, arbitrary, reach)?.addresses);
      // whatever the search domains of a pod make of it
      const searched = [plain, `${plain}.tas-acme.svc.cluster.local`, `${plain}.svc.cluster.local`];
      if (
        searched.some((name) => /(^|\.)kubernetes\.default\.svc\.cluster\.local$|(^|\.)localhost$/.test(name))
      )
        expect(place).toBeUndefined();
      expect(place?.host.includes('.') ?? true).toBe(true);
    }),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 2000) },
  );
});
