import type { RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/contract/kube.ts';
import { reconcile, type World } from '../../../src/simulate/reconcile.ts';
import { worldFrom } from '../../support/arbitrary-world.ts';
import { run } from '../../support/handler.ts';
import {
  credentials,
  database,
  environmentConfig,
  everythingAllowed,
  instance,
  secret,
  withObjects,
  withSpec,
  worldOf,
} from '../../support/world.ts';

const isFatal = ({ results }: RunFunctionResponse): boolean => results.some(({ severity }) => severity === 1);

const statusOf = (response: RunFunctionResponse) =>
  (response.desired?.composite?.resource?.['status'] ?? {}) as {
    resources: { name: string; phase: string; reason: string }[];
    selectedResources: number;
    resourceSummary: string;
  };

const dataOf = (response: RunFunctionResponse, key: string) =>
  (response.desired?.resources[key]?.resource?.['data'] ?? {}) as Record<string, string>;

describe('too much', () => {
  const many = (count: number): World =>
    worldOf(instance('namespaced'), [
      environmentConfig(),
      ...Array.from({ length: count }, (_, index) => {
        const created = new Date(Date.parse('2026-01-01T00:00:00Z') + index * 1000).toISOString();
        return database('namespaced', `db-${index}`, { description: 'x'.repeat(200) }, { created });
      }),
      ...Array.from({ length: count }, (_, index) => credentials(`db-${index}`)),
    ]);

  test('5,000 Resources: the oldest 500 are served, the others say why not', async () => {
    const { response } = await reconcile(run, many(5000));
    const status = statusOf(response);
    expect(status.selectedResources).toBe(5000);
    expect(Object.keys(dataOf(response, 'credentials'))).toHaveLength(2 * 500 + 1);
    expect(Object.keys(dataOf(response, 'credentials'))).toContain('DB_499_PASSWORD');
    expect(Object.keys(response.requirements?.resources ?? {}).length).toBeLessThan(600);
    expect(status.resources.length).toBeLessThanOrEqual(500);
  });

  test('501 Resources: the one beyond the limit is named and kept out', async () => {
    const { response } = await reconcile(run, many(501));
    expect(response.conditions[0]?.message).toContain(
      '500 of 501 selected Resources are served. Not usable: db-500 (TooMany)',
    );
  });

  test('no object of an Instance gets near the limit of the API server', async () => {
    const objects = Array.from({ length: 500 }, (_, index) => {
      const name = `${String(index).padStart(4, '0')}-${'n'.repeat(58)}`;
      const host = `${`${'h'.repeat(62)}.`.repeat(3)}example`;
      return [
        database('claims', name, {
          host,
          database: 'd'.repeat(128),
          description: '"\\'.repeat(512),
          credentialsRef: { name: `c${index}` },
        }),
        secret(`c${index}`, { username: 'é'.repeat(100), password: 'ß'.repeat(300) }),
      ];
    }).flat();
    const { response } = await reconcile(run, worldOf(instance('claims'), [environmentConfig(), ...objects]));
    expect(isFatal(response)).toBe(false);
    const sizes = Object.entries(response.desired?.resources ?? {}).map(([key, { resource }]) => [
      key,
      Object.entries((resource?.['data'] ?? resource?.['spec'] ?? {}) as JsonObject).reduce(
        (sum, [name, value]) =>
          sum + name.length + (typeof value === 'string' ? Buffer.byteLength(value) : 0),
        0,
      ),
    ]);
    for (const [key, size] of sizes) expect(size, String(key)).toBeLessThanOrEqual(900 * 1024);
    expect(statusOf(response).resources.filter(({ reason }) => reason === 'TooMany').length).toBeGreaterThan(
      0,
    );
  });

  test.each([
    { reason: 'a description', fields: { description: 'x'.repeat(10_000_000) } },
    { reason: 'a description of nothing but placeholders', fields: { description: '${'.repeat(5_000_000) } },
    { reason: 'a host', fields: { host: `${'a-'.repeat(5_000_000)}a` } },
    { reason: 'a host of dots', fields: { host: '.'.repeat(10_000_000) } },
    { reason: 'a database', fields: { database: 'd'.repeat(10_000_000) } },
    { reason: 'a name of a Secret', fields: { credentialsRef: { name: 'a.'.repeat(5_000_000) } } },
    {
      reason: 'a great many keys',
      fields: Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`k${i}`, i])),
    },
    { reason: 'a type', fields: { type: 'postgres'.repeat(1_000_000) } },
  ])(
    'megabytes of a spec ($reason) are refused or ignored, and the others are served',
    async ({ fields }) => {
      const world = worldOf(instance('namespaced'), [
        environmentConfig(),
        database('namespaced', 'large', fields as JsonObject),
        credentials('large'),
        database('namespaced', 'reports'),
        credentials('reports'),
      ]);
      const { response } = await reconcile(run, world);
      expect(isFatal(response)).toBe(false);
      expect(Object.keys(dataOf(response, 'credentials'))).toContain('REPORTS_PASSWORD');
      expect(JSON.stringify(response).length, 'nothing of it is repeated').toBeLessThan(100_000);
    },
  );

  test.each([
    {
      reason: 'selectors',
      spec: { resourceSelector: { matchNames: Array.from({ length: 100_000 }, () => 'x'.repeat(99)) } },
    },
    { reason: 'annotations', spec: { podAnnotations: { a: 'x'.repeat(10_000_000) } } },
    { reason: 'an annotation key', spec: { podAnnotations: { ['k'.repeat(10_000_000)]: 'x' } } },
    { reason: 'an image', spec: { image: `a/${'b/'.repeat(5_000_000)}` } },
  ])(
    'megabytes of $reason of an Instance are refused with a message that a status can bear',
    async ({ spec }) => {
      const { response } = await reconcile(run, withSpec(many(1), spec as Record<string, Json>));
      expect(isFatal(response)).toBe(true);
      for (const { message } of response.results) expect(message.length).toBeLessThan(1000);
    },
  );

  test('a certificate authority of a megabyte stops no other Resource', async () => {
    const world = worldOf(instance('namespaced'), [
      environmentConfig(everythingAllowed),
      database(
        'namespaced',
        'large',
        { sslMode: 'verify-ca', caRef: { name: 'large' } },
        { created: '2020-01-01T00:00:00Z' },
      ),
      credentials('large'),
      secret('large', { 'ca.crt': `${'-----BEGIN CERTIFICATE-----\n'.repeat(40_000)}` }),
      database('namespaced', 'reports'),
      credentials('reports'),
    ]);
    const { response } = await reconcile(run, world);
    expect(statusOf(response).resources.map(({ name, reason }) => [name, reason])).toStrictEqual([
      ['large', 'CAInvalid'],
      ['reports', 'NotChecked'],
    ]);
  });

  test('a status of any depth is not followed', async () => {
    let deep: Json = 'bottom';
    for (let depth = 0; depth < 100; depth++) deep = { phase: deep, conditions: [deep as string] };
    const world = withObjects(
      worldFrom({ flavour: 'namespaced', spec: {}, settings: {}, entries: [], token: 'hush' }),
      {
        ...database('namespaced', 'deep'),
        status: deep as never,
      },
    );
    expect(isFatal((await reconcile(run, world)).response)).toBe(false);
  });
});
