import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/contract/kube.ts';
import { reconcile, settle, type World } from '../../src/simulate/reconcile.ts';
import { run } from '../support/handler.ts';
import { leaksIn, outsideOfSecret } from '../support/secrets.ts';
import { secret, withObjects, without } from '../support/world.ts';
import { tenantOf, todoOperations } from './tenant.ts';

/** Stands in every place that is secret, and in none that is not. */
const canary = 'canary-4f1d9a7e';

const base = { baseUrl: 'https://api.example.com', operations: todoOperations };
const ref = (fields: JsonObject): JsonObject => ({ ...base, credentialsRef: { name: 'key', ...fields } });

/** A tenant all of whose secrets are marked, with an API for each way to present them. */
const start = tenantOf({
  endpoints: {
    bearer: ref({}),
    basic: ref({ method: 'basic' }),
    header: ref({ method: 'header', parameter: 'X-API-Key' }),
    query: ref({ method: 'query', parameter: 'key' }),
    documented: {
      baseUrl: 'https://api.example.com',
      credentialsRef: { name: 'key' },
      openapi: { configMap: 'document' },
    },
  },
  secrets: {
    key: { token: `${canary}"\\$`, username: `${canary} user`, password: `${canary}/"'%$`, other: canary },
  },
  configMaps: { document: { 'openapi.json': '{"openapi":"3.0.0","paths":{"/x":{"get":{}}}}' } },
});

const keyOf = (texts: Record<string, string>) => (world: World) => withObjects(world, secret('key', texts));

const cases: { reason: string; change: (world: World) => World; says?: string }[] = [
  { reason: 'at rest', change: (world) => world },
  { reason: 'in a first reconcile', change: (world) => ({ ...world, observed: {}, required: {} }) },
  { reason: 'the Secret is gone', change: (world) => without(world, 'Secret/key'), says: 'SecretNotFound' },
  { reason: 'a key is gone', change: keyOf({ [canary]: canary }), says: 'SecretKeyMissing' },
  {
    reason: 'a line break',
    change: keyOf({ token: `${canary}\r\nHost: x`, username: canary, password: canary }),
    says: 'CredentialsUnsupported',
  },
  {
    reason: 'not ASCII',
    change: keyOf({ token: `${canary} é`, username: `${canary}:`, password: canary }),
    says: 'CredentialsUnsupported',
  },
  {
    reason: 'beyond the first plane',
    change: keyOf({ token: `${canary} 😀`, username: 'u', password: canary }),
    says: 'CredentialsUnsupported',
  },
  {
    reason: 'the document is gone',
    change: (world) => without(world, 'ConfigMap/document'),
    says: 'DocumentNotFound',
  },
];

describe('a secret of an API shows nowhere but in the one Secret', () => {
  test.each(cases)('$reason', async ({ change, says }) => {
    const { world } = await settle(run, start);
    const results: string[] = [];
    await reconcile(async (request) => {
      const response = await run(request);
      expect(leaksIn(outsideOfSecret(response), [canary])).toStrictEqual([]);
      results.push(JSON.stringify(response.results));
      return response;
    }, change(world));
    if (says === undefined) expect(results.at(-1)).toBe('[]');
    else expect(results.join()).toContain(says);
  });
});
