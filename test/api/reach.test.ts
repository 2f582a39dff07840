import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/contract/kube.ts';
import { type Reconciled, settle } from '../../src/simulate/reconcile.ts';
import { run } from '../support/handler.ts';
import { startRecorder } from '../support/recorder.ts';
import { serveInstance } from '../support/serve-instance.ts';
import { everythingAllowed, withSettings } from '../support/world.ts';
import { tenantOf } from './tenant.ts';

const operations = [
  { name: 'get', path: '/x' },
  { name: 'follow', path: '/follow', parameters: [{ name: 'to', in: 'query' }] },
];
const key = { name: 'key', method: 'header', parameter: 'X-API-Key' };

/** What the Instance says of its one APIEndpoint, and what it renders of it. */
const plan = async (baseUrl: string, settings: JsonObject = {}, fields: JsonObject = {}) => {
  const world = withSettings(tenantOf({ endpoints: { some: { baseUrl, operations, ...fields } } }), {
    ...everythingAllowed,
    ...settings,
  });
  const reconciled = await settle(run, world);
  return { entry: entryOf(reconciled), ...renderedOf(reconciled) };
};

const entryOf = ({ response }: Reconciled) => {
  const status = response.desired?.composite?.resource?.['status'] as { resources: JsonObject[] } | undefined;
  return status?.resources[0];
};

const renderedOf = ({ response }: Reconciled) => {
  const dataOf = (object: string) =>
    (response.desired?.resources[object]?.resource?.['data'] ?? {}) as Record<string, string>;
  const routes = JSON.parse(dataOf('config')['gate.json'] ?? '{"routes":{}}') as {
    routes: Record<string, { addresses: string }>;
  };
  const targets = JSON.parse(dataOf('probe-targets')['targets.json'] ?? '{"targets":[]}') as {
    targets: { check?: { addresses?: string } }[];
  };
  return { route: routes.routes['some'], check: targets.targets[0]?.check };
};

describe('where an APIEndpoint may lead is the decision of the platform', () => {
  test.each([
    'http://127.0.0.1:8080',
    'http://localhost',
    'http://a.localhost',
    'http://0.0.0.0',
    'http://169.254.169.254/latest/meta-data',
    'http://metadata.google.internal',
    'https://kubernetes.default.svc',
    'https://kubernetes.default.svc.cluster.local',
    'http://10.96.0.1',
    'http://192.168.1.1',
    'http://100.64.0.1',
    'http://100.100.100.200',
    'http://192.0.2.7',
    'https://10-0-1-9.kubernetes.default.svc',
    'http://ip6-localhost',
  ])('%s is refused, and nothing of it is rendered', async (url) => {
    const { entry, route, check } = await plan(url);
    expect(entry).toMatchObject({ phase: 'Failed', reason: 'HostNotAllowed' });
    expect([route, check]).toStrictEqual([undefined, undefined]);
  });

  test.each(['http://127.1', 'http://0x7f000001', 'http://2130706433', 'http://0177.0.0.1', 'http://[::1]'])(
    '%s is no host at all',
    async (url) => {
      expect((await plan(url)).entry).toMatchObject({ phase: 'Failed', reason: 'InvalidSpec' });
    },
  );

  test.each([
    {
      what: 'a Service of the cluster',
      url: 'http://shop.tas-acme.svc',
      addresses: 'inside',
      probed: undefined,
    },
    {
      what: 'a single label',
      url: 'http://shop:8080',
      addresses: 'inside',
      host: 'shop.tas-acme.svc.cluster.local',
      probed: undefined,
    },
    { what: 'a name outside', url: 'https://api.example.com', addresses: 'public', probed: 'public' },
    { what: 'a public address', url: 'https://93.184.215.14', addresses: 'public', probed: 'public' },
  ])('$what resolves to addresses that are $addresses', async ({ url, addresses, probed, host }) => {
    const { route, check } = await plan(url);
    expect(route).toMatchObject({ addresses });
    expect(check?.addresses).toBe(probed);
    if (host !== undefined) {
      expect(route).toMatchObject({ host, name: 'shop' });
      expect(check).toMatchObject({ host, name: 'shop' });
    }
  });

  test.each([
    { host: '*.example.com', url: 'https://api.example.com', addresses: 'inside' },
    { host: '*.{namespace}.svc', url: 'http://shop.tas-acme.svc', addresses: 'inside' },
    { host: '*.{namespace}.svc', url: 'http://shop.tas-beta.svc', addresses: undefined },
    { host: '*', url: 'http://10.0.0.7', addresses: 'inside' },
    { host: '*', url: 'http://169.254.169.254', addresses: undefined },
    { host: '169.254.169.254', url: 'http://169.254.169.254', addresses: 'any' },
    { host: 'localhost', url: 'http://localhost', addresses: 'any' },
  ])('a list with $host makes $url $addresses', async ({ host, url, addresses }) => {
    const { route } = await plan(url, { reach: { allowedHosts: [host] } });
    expect(route?.addresses).toBe(addresses);
  });
});

describe('a server that leads elsewhere', () => {
  test.each([301, 302, 303, 307, 308])('is not followed (%i), and gets nobody the key', async (status) => {
    await using elsewhere = await startRecorder();
    await using api = await startRecorder({
      answer: ({ url }, response) => {
        const to = new URL(url, 'http://api').searchParams.get('to') ?? '';
        response.writeHead(status, { location: to }).end();
      },
    });
    await using served = await serveInstance(
      tenantOf({
        endpoints: {
          header: { baseUrl: `http://127.0.0.1:${api.port}`, operations, credentialsRef: key },
          query: {
            baseUrl: `http://127.0.0.1:${api.port}`,
            operations,
            credentialsRef: { name: 'key', method: 'query', parameter: 'key' },
          },
        },
        secrets: { key: { token: 's3cret' } },
      }),
    );
    const client = await served.connect();
    for (const to of [`http://127.0.0.1:${elsewhere.port}/`, 'http://169.254.169.254/', '/x']) {
      for (const name of ['header', 'query']) {
        const { isError, content } = await client.callTool(`follow-${name}`, { to });
        expect(isError).toBe(true);
        expect(JSON.stringify(content)).toContain(`unexpected status code: ${status}`);
      }
    }
    expect(elsewhere.requests).toStrictEqual([]);
    expect(api.requests).toHaveLength(6);
  });
});

describe('a server that is not there', () => {
  test('is reported without its address and without the key', async () => {
    await using served = await serveInstance(
      tenantOf({
        endpoints: {
          down: {
            baseUrl: 'http://127.0.0.1:9',
            operations,
            credentialsRef: { name: 'key', method: 'query', parameter: 'key' },
          },
        },
        secrets: { key: { token: 's3cret' } },
      }),
    );
    const client = await served.connect();
    const answer = await client.callTool('get-down');
    expect(answer).toMatchObject({ isError: true });
    expect(JSON.stringify(answer.content)).toContain('502 (Bad Gateway)');
    expect(JSON.stringify(answer.content) + served.logs()).not.toMatch(/s3cret|127\.0\.0\.1:9\b/);
  });
});
