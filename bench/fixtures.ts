import type { World } from '../test/support/reconcile.ts';
import { type KubeObject, type Manager, stored } from '../test/support/server-fields.ts';

const NAMESPACE = 'tas-acme';

const TENANT: Manager = {
  manager: 'kubectl-client-side-apply',
  operation: 'Update',
  owns: ['metadata', 'spec', 'data', 'type'],
};

const XR_MANAGERS: readonly Manager[] = [
  TENANT,
  {
    manager: 'apiextensions.crossplane.io/composite',
    operation: 'Apply',
    owns: ['status'],
    subresource: 'status',
  },
];

const DATABASE_MANAGERS: readonly Manager[] = [
  ...XR_MANAGERS,
  { manager: 'function-mcp-probe', operation: 'Apply', owns: ['status'], subresource: 'status' },
];

const ENGINES = ['postgres', 'mysql', 'mariadb', 'sqlserver'] as const;

function lastApplied(object: object): Record<string, string> {
  return { 'kubectl.kubernetes.io/last-applied-configuration': `${JSON.stringify(object)}\n` };
}

function condition(type: string, reason: string, generation = 1): Record<string, unknown> {
  return {
    type,
    status: 'True',
    reason,
    observedGeneration: generation,
    lastTransitionTime: '2026-03-02T09:15:31Z',
  };
}

function database(index: number): KubeObject {
  const name = `orders-${String(index).padStart(3, '0')}`;
  const applied: KubeObject = {
    apiVersion: 'dbhub.tas.io/v1alpha1',
    kind: 'Database',
    metadata: {
      name,
      namespace: NAMESPACE,
      labels: { 'tas.io/team': 'orders', 'tas.io/environment': index % 2 === 0 ? 'production' : 'staging' },
    },
    spec: {
      type: ENGINES[index % ENGINES.length],
      host: `${name}.db.tas-acme.svc.cluster.local`,
      database: `orders_${index}`,
      credentialsRef: { name: `${name}-credentials` },
      description: `Orders of region ${index}, written by the shop and read by everybody else`,
    },
  };
  const spec = applied['spec'] as Record<string, unknown>;
  return stored(
    {
      ...applied,
      metadata: {
        ...applied.metadata,
        annotations: lastApplied(applied),
        finalizers: ['composite.apiextensions.crossplane.io'],
      },
      spec: {
        ...spec,
        credentialsRef: { name: `${name}-credentials`, userKey: 'username', passwordKey: 'password' },
        connectionTimeout: 30,
        queryTimeout: 15,
        sslMode: 'require',
        crossplane: {
          compositionRef: { name: 'databases.dbhub.tas.io' },
          compositionRevisionRef: { name: 'databases.dbhub.tas.io-7c1f0aa' },
          compositionUpdatePolicy: 'Automatic',
        },
      },
      status: {
        phase: 'Connected',
        reason: 'Connected',
        message: 'Connected and read-only',
        lastChecked: '2026-03-02T10:02:11Z',
        validUntil: '2099-01-01T00:00:00Z',
        latencyMs: 4 + (index % 9),
        checkedBy: 'acme-hub',
        selectedBy: ['acme-hub'],
        conditions: [
          condition('Synced', 'ReconcileSuccess'),
          condition('Ready', 'Available'),
          condition('Responsive', 'WatchCircuitClosed'),
          condition('CredentialsReady', 'Found'),
        ],
      },
    },
    DATABASE_MANAGERS,
  );
}

function credentials(index: number): KubeObject {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return stored(
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: `orders-${String(index).padStart(3, '0')}-credentials`, namespace: NAMESPACE },
      type: 'Opaque',
      data: { username: base64(`reader_${index}`), password: base64(`p@ss/w%rd-${index}-${'x'.repeat(20)}`) },
    },
    [TENANT],
  );
}

function instance(): KubeObject {
  const applied: KubeObject = {
    apiVersion: 'dbhub.tas.io/v1alpha1',
    kind: 'DBHubInstance',
    metadata: { name: 'acme-hub', namespace: NAMESPACE, labels: { 'tas.io/environment': 'production' } },
    spec: {
      replicas: 2,
      resourceSelector: { matchLabels: { 'tas.io/team': 'orders' } },
      defaultPolicy: { readonly: true, maxRows: 500 },
    },
  };
  return stored(
    {
      ...applied,
      metadata: {
        ...applied.metadata,
        annotations: lastApplied(applied),
        finalizers: ['composite.apiextensions.crossplane.io'],
      },
      spec: {
        transport: 'http',
        port: 8080,
        ...(applied['spec'] as Record<string, unknown>),
        crossplane: {
          compositionRef: { name: 'dbhubinstances.dbhub.tas.io' },
          compositionRevisionRef: { name: 'dbhubinstances.dbhub.tas.io-1b9d3c4' },
          compositionUpdatePolicy: 'Automatic',
        },
      },
    },
    XR_MANAGERS,
  );
}

function settings(): KubeObject {
  return stored(
    {
      apiVersion: 'apiextensions.crossplane.io/v1beta1',
      kind: 'EnvironmentConfig',
      metadata: { name: 'function-mcp' },
      data: {},
    },
    [TENANT],
  );
}

/** A tenant with one DBHubInstance that selects `databases` Databases, each with its Secret. */
export function tenant(databases: number): World {
  const indices = Array.from({ length: databases }, (_, index) => index);
  return {
    composite: instance(),
    objects: [settings(), ...indices.map(database), ...indices.map(credentials)],
    observed: {},
    required: {},
  };
}
