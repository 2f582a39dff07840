import { RunFunctionRequest, type RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import type { JsonObject } from '../contract/kube.ts';
import type { Handler } from './server.ts';
import { decodeRequest } from './wire/request.ts';
import { encodeResponse } from './wire/response.ts';

/** Rounds after which the code of a call has been compiled, and the longest that they may take. */
const rounds = 60;
const longestMs = 150;

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

/**
 * Composes an Instance that nobody has, again and again, through the same code that calls take: the first
 * calls of a fresh process would otherwise run it uncompiled.
 */
export const warmUp = (handler: Handler): void => {
  const objects = [...databases.map(database), ...databases.map(secret)];
  const deadline = performance.now() + longestMs;
  let response: RunFunctionResponse | undefined;
  for (let round = 0; round < rounds && performance.now() < deadline; round++) {
    const request = decodeRequest(RunFunctionRequest.encode(requestAfter(response, objects)).finish());
    response = handler(request);
    encodeResponse(response);
  }
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
