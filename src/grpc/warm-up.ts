import { RunFunctionRequest } from '@crossplane-org/function-sdk-typescript';
import { settle } from '../simulate/reconcile.ts';
import type { KubeObject } from '../simulate/server-fields.ts';
import type { Handler } from './handler.ts';

const namespace = 'tas-warm-up';
const databases = Array.from({ length: 10 }, (_, index) => `database-${index}`);

const meta = (name: string): KubeObject['metadata'] => ({
  name,
  namespace,
  uid: '00000000-0000-4000-8000-000000000000',
  creationTimestamp: '2026-01-01T00:00:00Z',
  generation: 1,
  labels: { 'warm.example/up': 'true' },
});

const secret = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: meta(name),
  data: { username: 'dXNlcg==', password: 'cGFzcw==' },
});

const database = (name: string): KubeObject => ({
  apiVersion: 'dbhub.tas.io/v1alpha1',
  kind: 'Database',
  metadata: meta(name),
  spec: { type: 'postgres', host: `${name}.example`, database: 'main', credentialsRef: { name } },
});

const instance: KubeObject = {
  apiVersion: 'dbhub.tas.io/v1alpha1',
  kind: 'DBHubInstance',
  metadata: meta('warm-up'),
  spec: { replicas: 2, resourceSelector: { matchLabels: { 'warm.example/up': 'true' } } },
};

/** The request of an Instance that nobody has, in its steady state: what the server warms itself up with. */
export const warmUpRequest = async (handler: Handler): Promise<Uint8Array> => {
  const objects = [...databases.map(database), ...databases.map(secret)];
  const { request } = await settle(handler, { composite: instance, objects, observed: {}, required: {} });
  return RunFunctionRequest.encode(request).finish();
};
