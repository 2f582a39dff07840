import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/contract/kube.ts';
import { listAt, stringAt } from '../../../src/contract/observed.ts';
import { reconcile } from '../../../src/simulate/reconcile.ts';
import type { KubeObject } from '../../../src/simulate/server-fields.ts';
import { run } from '../../support/handler.ts';
import {
  authority,
  credentials,
  database,
  environmentConfig,
  instance,
  secret,
  worldOf,
  xr,
} from '../../support/world.ts';

const configMap = (name: string, data: JsonObject): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'tas-acme' },
  data,
});

const created = (index: number) => ({ created: new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString() });

const reasonsOf = async (composite: KubeObject, objects: readonly KubeObject[]): Promise<string[]> => {
  const { response } = await reconcile(run, worldOf(composite, objects));
  expect(response.results.filter(({ severity }) => severity === 1)).toStrictEqual([]);
  return listAt(response.desired?.composite?.resource, 'status', 'resources').map(
    (entry) => `${stringAt(entry, 'name')} ${stringAt(entry, 'reason')}`,
  );
};

describe('what the Resources of one Instance may carry together', () => {
  const verified = (index: number, ca: string) => [
    database(
      'namespaced',
      `d${index}`,
      { sslMode: 'verify-full', caRef: { name: ca, kind: 'ConfigMap', key: 'k' } },
      created(index),
    ),
    credentials(`d${index}`),
  ];
  const certificates = environmentConfig({ limits: { certificatesPerInstance: 3 } });

  test('certificates: the oldest are served, one that fits later too, and equal authorities count once', async () => {
    const ca = (name: string, count: number) => configMap(name, { k: authority().repeat(count) });
    expect(
      await reasonsOf(instance('namespaced'), [
        certificates,
        ...['two', 'two', 'three', 'one', 'another'].flatMap((name, index) => verified(index, name)),
        ca('two', 2),
        ca('three', 3),
        ca('one', 1),
        configMap('another', { k: authority('another-authority') }),
        ...verified(5, 'equal'),
        ca('equal', 1),
      ]),
    ).toStrictEqual([
      'd0 NotChecked',
      'd1 NotChecked',
      'd2 TooMany',
      'd3 NotChecked',
      'd4 TooMany',
      'd5 NotChecked',
    ]);
  });

  test('authorities: what stands around their certificates counts too, in Secrets and ConfigMaps', async () => {
    const padded = (mark: string, size: number) => authority().padEnd(size, mark);
    const ca = (index: number, name: string, kind = 'ConfigMap') => [
      database(
        'namespaced',
        `d${index}`,
        { sslMode: 'verify-full', caRef: { name, kind, key: 'k' } },
        created(index),
      ),
      credentials(`d${index}`),
    ];
    expect(
      await reasonsOf(instance('namespaced'), [
        environmentConfig({ limits: { authorityBytesPerInstance: 65_536 } }),
        ...ca(0, 'one'),
        ...ca(1, 'other'),
        ...ca(2, 'equal'),
        ...ca(3, 'secret', 'Secret'),
        ...ca(4, 'small'),
        ...ca(5, 'huge'),
        configMap('one', { k: padded('#', 40_000) }),
        configMap('other', { k: padded('-', 40_000) }),
        configMap('equal', { k: padded('#', 40_000) }),
        secret('secret', { k: padded('#', 24_000) }),
        configMap('small', { k: authority() }),
        configMap('huge', { k: padded('#', 1024 * 1024 + 1) }),
      ]),
    ).toStrictEqual([
      'd0 NotChecked',
      'd1 TooMany',
      'd2 NotChecked',
      'd3 TooMany',
      'd4 NotChecked',
      'd5 CAInvalid',
    ]);
  });

  const api = (index: number, spec: JsonObject) =>
    xr(
      'namespaced',
      'APIEndpoint',
      `a${index}`,
      { baseUrl: 'https://a.example.com', ...spec },
      { labels: { team: 'sales' }, ...created(index) },
    );
  const apiInstance = xr('namespaced', 'APIMCPInstance', 'sales', {
    resourceSelector: { matchLabels: { team: 'sales' } },
  });
  const inline = { operations: [{ name: 'good', path: '/good' }] };
  const openapi = (configMap: string) => ({ openapi: { configMap } });
  const text = (document: object) => ({ 'openapi.json': JSON.stringify({ openapi: '3.1.0', ...document }) });

  test('documents: the oldest are read, and equal ones count once', async () => {
    const paths = (mark: string) => ({
      '/a': { get: { operationId: 'a', description: mark.repeat(40_000) } },
    });
    expect(
      await reasonsOf(apiInstance, [
        environmentConfig({ limits: { documentBytesPerInstance: 65_536 } }),
        api(0, openapi('one')),
        api(1, openapi('one')),
        api(2, openapi('two')),
        api(3, inline),
        api(4, openapi('equal')),
        configMap('one', text({ paths: paths('x') })),
        configMap('two', text({ paths: paths('y') })),
        configMap('equal', text({ paths: paths('x') })),
      ]),
    ).toStrictEqual(['a0 NotChecked', 'a1 NotChecked', 'a2 TooMany', 'a3 NotChecked', 'a4 NotChecked']);
  });

  test('what references multiply is not written', async () => {
    const values = Array.from({ length: 100 }, (_, index) => String(index).padStart(200, 'v'));
    const names = Array.from({ length: 60 }, (_, index) => `p${index}`);
    const schema = { $ref: '#/components/schemas/v' };
    const components = {
      schemas: { v: { enum: values } },
      parameters: Object.fromEntries(names.map((name) => [name, { name, in: 'query', schema }])),
    };
    const parameters = names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
    const paths = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [`/p${index}`, { get: { parameters } }]),
    );
    expect(
      await reasonsOf(apiInstance, [
        environmentConfig(),
        api(0, openapi('large')),
        api(1, inline),
        configMap('large', text({ components, paths })),
      ]),
    ).toStrictEqual(['a0 TooMany', 'a1 NotChecked']);
  });

  test('patterns are not compared with more than an Instance may have compared', async () => {
    const paths = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [`/${'a'.repeat(900)}${index}`, { get: {} }]),
    );
    const deny = Array.from({ length: 100 }, () => `GET /*${'a'.repeat(280)}b*`);
    expect(
      await reasonsOf(apiInstance, [
        environmentConfig(),
        api(0, { ...openapi('large'), deny }),
        api(1, inline),
        configMap('large', text({ paths })),
      ]),
    ).toStrictEqual(['a0 TooMany', 'a1 NotChecked']);
  });

  test('a value of a Secret that is too long for a credential is not used', async () => {
    const objects = [
      database('namespaced', 'd0', {}, created(0)),
      secret('d0-db', { username: 'u', password: 'x'.repeat(33 * 1024 + 512) }),
    ];
    expect(
      await reasonsOf(instance('namespaced'), [
        environmentConfig(),
        ...objects,
        database('namespaced', 'd1', {}, created(1)),
        credentials('d1'),
      ]),
    ).toStrictEqual(['d0 CredentialsUnsupported', 'd1 NotChecked']);
  });
});
