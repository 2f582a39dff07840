import { RunFunctionRequest, type RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import type { JsonObject } from '../contract/kube.ts';
import type { Handler } from './server.ts';

/** Calls after which nothing changes any more. */
const rounds = 4;

const namespace = 'tas-warm-up';
const databases = Array.from({ length: 10 }, (_, index) => `database-${index}`);

const meta = (name: string): JsonObject => ({
  name,
  namespace,
  uid: '00000000-0000-4000-8000-000000000000',
  creationTimestamp: '2026-01-01T00:00:00Z',
  generation: 1,
  labels: { 'warm.example/up': 'true' },
});

const secret = (name: string): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: meta(name),
  data: { username: 'dXNlcg==', password: 'cGFzcw==' },
});

const database = (name: string): JsonObject => ({
  apiVersion: 'dbhub.tas.io/v1alpha1',
  kind: 'Database',
  metadata: meta(name),
  spec: { type: 'postgres', host: `${name}.example`, database: 'main', credentialsRef: { name } },
});

const instance: JsonObject = {
  apiVersion: 'dbhub.tas.io/v1alpha1',
  kind: 'DBHubInstance',
  metadata: meta('warm-up'),
  spec: { replicas: 2, resourceSelector: { matchLabels: { 'warm.example/up': 'true' } } },
};

/** The request of an Instance that nobody has, in its steady state: what the server warms itself up with. */
export const warmUpRequest = (handler: Handler): Uint8Array => {
  const objects = [...databases.map(database), ...databases.map(secret)];
  let request = requestAfter(undefined, objects);
  for (let round = 0; round < rounds; round++) request = requestAfter(handler(request), objects);
  return RunFunctionRequest.encode(request).finish();
};

/** The request that Crossplane would send after a response: what it required, and what it desired as observed. */
const requestAfter = (
  response: RunFunctionResponse | undefined,
  objects: readonly JsonObject[],
): RunFunctionRequest => {
  const required = Object.entries(response?.requirements?.resources ?? {}).map(([name, selector]) => {
    const items = objects
      .filter(
        ({ kind, metadata }) =>
          kind === selector.kind &&
          (!selector.matchName || (metadata as JsonObject)['name'] === selector.matchName),
      )
      .map((resource) => ({ resource, connectionDetails: {}, ready: 0 }));
    return [name, { items }];
  });
  return RunFunctionRequest.fromPartial({
    meta: { tag: 'warm-up', capabilities: [2] },
    observed: {
      composite: { resource: instance },
      resources: response?.desired?.resources ?? {},
    },
    requiredResources: Object.fromEntries(required),
  });
};
