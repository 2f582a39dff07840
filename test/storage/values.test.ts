import type { RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/contract/kube.ts';
import { substitute } from '../../src/renderer/substitute.ts';
import { settle } from '../../src/simulate/reconcile.ts';
import { flavour, objectName, secretText } from '../support/arbitrary-world.ts';
import { run } from '../support/handler.ts';
import { leaksIn, outsideOfSecret } from '../support/secrets.ts';
import { secret } from '../support/world.ts';
import { storageWorld } from './buckets.ts';

const dataOf = (response: RunFunctionResponse, key: string): Record<string, string> =>
  (response.desired?.resources[key]?.resource?.['data'] ?? {}) as Record<string, string>;

/** `connections.json` as the server reads it. */
const renderedOf = (response: RunFunctionResponse): Record<string, JsonObject> => {
  const values = Object.entries(dataOf(response, 'credentials')).map(([key, value]) => [
    key,
    Buffer.from(value, 'base64').toString(),
  ]);
  const text = substitute(
    dataOf(response, 'config')['connections.json'] ?? '',
    Object.fromEntries(values) as Record<string, string>,
  );
  if (!text.ok) throw new Error(text.error);
  return (JSON.parse(text.value) as { connections: Record<string, JsonObject> }).connections;
};

/** What a field of an HTTP header takes, and what JSON does without pairs of surrogates. */
const fitsHeader = (text: string) => /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text);
const fitsJson = (text: string) => !/[\0\ud800-\udfff]/.test(text);

/** Three of four fit anywhere, so that many connections are usable whatever chance brings. */
const value = fc.oneof(
  { weight: 3, arbitrary: fc.uuid().map((mark) => `hush${mark}`) },
  { weight: 1, arbitrary: secretText },
);

const entries = fc.uniqueArray(
  fc.record({ name: objectName, id: value, key: value, token: fc.option(value) }),
  { minLength: 1, maxLength: 4, selector: ({ name }) => name },
);

describe('credentials', () => {
  test('reach the server as they are, or not at all; and show nowhere else', async () => {
    let reached = 0;
    await fc.assert(
      fc.asyncProperty(flavour, entries, async (chosen, all) => {
        const credentialsRef = (index: number, token: string | null) => ({
          name: `secret-${index}`,
          ...(token !== null && { sessionTokenKey: 'token' }),
        });
        const world = storageWorld(
          chosen,
          Object.fromEntries(
            all.map(({ name, token }, index) => [
              name,
              { bucket: 'orders', endpoint: 'http://minio', credentialsRef: credentialsRef(index, token) },
            ]),
          ),
          all.map(({ id, key, token }, index) =>
            secret(credentialsRef(index, token).name, {
              accessKeyId: id,
              secretAccessKey: key,
              ...(token !== null && { token }),
            }),
          ),
        );
        const { response } = await settle(run, world);
        const connections = renderedOf(response);
        for (const { name, id, key, token } of all) {
          const usable = fitsHeader(id) && fitsJson(key) && (token === null || fitsHeader(token));
          const { accessKeyId, secretAccessKey, sessionToken, problem } = connections[name] ?? {};
          if (usable) reached++;
          expect({ accessKeyId, secretAccessKey, sessionToken, problem }).toEqual(
            usable
              ? {
                  accessKeyId: id,
                  secretAccessKey: key,
                  sessionToken: token ?? undefined,
                  problem: undefined,
                }
              : { problem: 'CredentialsUnsupported' },
          );
        }
        const secrets = all.flatMap(({ id, key, token }) => [id, key, ...(token === null ? [] : [token])]);
        expect(leaksIn(outsideOfSecret(response), secrets)).toEqual([]);
      }),
      { numRuns: 60 },
    );
    expect(reached).toBeGreaterThan(5);
  });
});
