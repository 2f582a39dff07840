import type { JsonObject } from '../../src/contract/kube.ts';
import type { AnyServerType } from '../../src/servers/server-type.ts';
import type { World } from '../../src/simulate/reconcile.ts';
import { type KubeObject, type Manager, stored } from '../../src/simulate/server-fields.ts';

/** What a tenant of a server type has, for a benchmark. */
export interface TenantOf {
  type: AnyServerType;
  /** What its Resources are called together: `Databases`. */
  resources: string;
  /** The spec of one, as the tenant writes it; its Secret is `<name>-credentials`. */
  spec: (name: string, index: number) => JsonObject;
  /** The texts of its Secret. */
  secret: (index: number) => Record<string, string>;
  /** Of the spec of the Instance, beside replicas and selector. */
  instance: JsonObject;
}

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

const RESOURCE_MANAGERS: readonly Manager[] = [
  ...XR_MANAGERS,
  { manager: 'function-mcp-probe', operation: 'Apply', owns: ['status'], subresource: 'status' },
];

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

/** What the API server and Crossplane make of a spec: defaults, and the machinery of the composite. */
function kept(type: AnyServerType, role: 'resource' | 'instance', spec: JsonObject): JsonObject {
  const { plural } = type[role];
  const composition = `${plural}.${type.group}`;
  return {
    ...(type[role].spec.parse(spec) as JsonObject),
    crossplane: {
      compositionRef: { name: composition },
      compositionRevisionRef: { name: `${composition}-7c1f0aa` },
      compositionUpdatePolicy: 'Automatic',
    },
  };
}

function composite(type: AnyServerType, role: 'resource' | 'instance', applied: KubeObject): KubeObject {
  return {
    ...applied,
    metadata: {
      ...applied.metadata,
      annotations: lastApplied(applied),
      finalizers: ['composite.apiextensions.crossplane.io'],
    },
    spec: kept(type, role, applied['spec'] as JsonObject),
  };
}

const nameOf = (index: number): string => `orders-${String(index).padStart(3, '0')}`;

function resource({ type, spec }: TenantOf, index: number): KubeObject {
  const name = nameOf(index);
  const applied: KubeObject = {
    apiVersion: `${type.group}/${type.version}`,
    kind: type.resource.kind,
    metadata: {
      name,
      namespace: NAMESPACE,
      labels: { 'tas.io/team': 'orders', 'tas.io/environment': index % 2 === 0 ? 'production' : 'staging' },
    },
    spec: {
      credentialsRef: { name: `${name}-credentials` },
      description: `Orders of region ${index}, written by the shop and read by everybody else`,
      ...spec(name, index),
    },
  };
  return stored(
    {
      ...composite(type, 'resource', applied),
      status: {
        phase: 'Connected',
        reason: 'Connected',
        message: 'The server answers, and the credentials work.',
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
    RESOURCE_MANAGERS,
  );
}

function credentials({ secret }: TenantOf, index: number): KubeObject {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return stored(
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: `${nameOf(index)}-credentials`, namespace: NAMESPACE },
      type: 'Opaque',
      data: Object.fromEntries(Object.entries(secret(index)).map(([key, text]) => [key, base64(text)])),
    },
    [TENANT],
  );
}

function instance({ type, instance: fields }: TenantOf): KubeObject {
  const applied: KubeObject = {
    apiVersion: `${type.group}/${type.version}`,
    kind: type.instance.kind,
    metadata: { name: 'acme-hub', namespace: NAMESPACE, labels: { 'tas.io/environment': 'production' } },
    spec: {
      replicas: 2,
      resourceSelector: { matchLabels: { 'tas.io/team': 'orders' } },
      ...fields,
    },
  };
  return stored(composite(type, 'instance', applied), XR_MANAGERS);
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

/** A tenant with one Instance that selects so many Resources, each with its Secret. */
export function tenant(of: TenantOf, count: number): World {
  const indices = Array.from({ length: count }, (_, index) => index);
  return {
    composite: instance(of),
    objects: [
      settings(),
      ...indices.map((index) => resource(of, index)),
      ...indices.map((index) => credentials(of, index)),
    ],
    observed: {},
    required: {},
  };
}
