import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/contract/kube.ts';
import { reachOf } from '../../src/plan/reach.ts';
import { resolveSettings } from '../../src/plan/settings.ts';

/** What becomes of a host: refused, or whether private addresses may stand behind it. */
const judge = (host: string, arbitrary: boolean, reach?: JsonObject): 'refused' | 'private' | 'public' => {
  const settings = resolveSettings(undefined, reach && { reach });
  if (!settings.ok) throw new Error(settings.error);
  const found = reachOf({ host, port: 443, arbitrary }, { namespace: 'tas-acme', settings: settings.value });
  if (!found.ok) {
    expect(found.error.reason).toBe('HostNotAllowed');
    expect(found.error.message).toContain('reach.allowedHosts');
    return 'refused';
  }
  return found.value.privateAddresses ? 'private' : 'public';
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
  ])('%s', (host) => {
    expect(judge(host, false)).toBe('refused');
    expect(judge(host, true)).toBe('refused');
    expect(judge(host, true, { allowedHosts: ['*'] })).toBe('refused');
    expect(judge(host, true, { allowedHosts: [host] }), 'listed by its name').toBe('private');
  });
});

describe('without a list of the platform', () => {
  test.each([
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
    { host: '100.100.100.200', plain: 'private', arbitrary: 'refused' },
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
