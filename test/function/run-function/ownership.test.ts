import type { JsonObject } from '../../../src/contract/kube.ts';
import type { KubeObject } from '../../../src/simulate/server-fields.ts';
import { instance, TENANT, tenant, withObjects, xrName } from '../../support/world.ts';
import { type Case, table } from './cases.ts';

const configMap = (metadata: JsonObject = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'sales-config', namespace: TENANT, ...metadata },
  data: { 'dbhub.toml': '' },
});

/** Lets an object be taken over as that composed resource. */
const consent = (key: string) => ({
  'tas.io/adopt': 'true',
  'crossplane.io/composition-resource-name': key,
});

/** A Deployment by an operator that lets it go. */
const deployment = (pod: JsonObject): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'sales', namespace: TENANT, annotations: consent('deployment') },
  spec: { template: { spec: pod } },
});

const owner = (fields: JsonObject): JsonObject => ({
  ownerReferences: [
    { apiVersion: 'apps/v1', kind: 'Operator', name: 'other', uid: 'other', controller: true, ...fields },
  ],
});

/** The world before its first reconcile has applied anything, with an object where the ConfigMap belongs. */
const fresh =
  (object: (flavour: 'claims' | 'namespaced') => KubeObject): Case['args'] =>
  (_, flavour) =>
    withObjects(tenant(flavour), object(flavour));

const cases: Case[] = [
  {
    reason: 'the first reconcile applies everything',
    args: (_, flavour) => tenant(flavour),
    want: 'nothing-there',
  },
  {
    reason: 'an object that somebody made by hand is not taken over',
    args: fresh(() => configMap()),
    want: 'foreign',
  },
  {
    reason: 'an object that somebody controls is not taken over',
    args: fresh(() => configMap(owner({}))),
    want: 'controlled',
  },
  {
    reason: 'annotations let a free object be taken over',
    args: fresh(() => configMap({ annotations: consent('config') })),
    want: 'nothing-there',
  },
  {
    reason: 'a Deployment whose pods are made of what ours are made of can be taken over',
    args: fresh(() => deployment({ containers: [{ name: 'dbhub', image: 'old' }] })),
    want: 'nothing-there',
  },
  {
    reason: 'one whose pods would keep what we do not render cannot: an apply removes nothing of it',
    args: fresh(() =>
      deployment({
        initContainers: [{ name: 'wait', image: 'old' }],
        containers: [
          { name: 'server', image: 'old' },
          { name: 'dbhub', image: 'old', envFrom: [] },
        ],
        volumes: [{ name: 'old' }],
      }),
    ),
    want: 'would-mix',
  },
  {
    reason: 'consent alone would leave Crossplane with an object that it has no name for',
    args: fresh(() => configMap({ annotations: { 'tas.io/adopt': 'true' } })),
    want: 'foreign',
  },
  {
    reason: 'consent to something else is none',
    args: fresh(() => configMap({ annotations: consent('credentials') })),
    want: 'foreign',
  },
  {
    reason: 'consent means nothing where somebody else controls the object: Crossplane would refuse',
    args: fresh(() => configMap({ ...owner({}), annotations: consent('config') })),
    want: 'controlled',
  },
  {
    reason: 'an annotation that says anything else is no consent',
    args: fresh(() => configMap({ annotations: { ...consent('config'), 'tas.io/adopt': 'yes' } })),
    want: 'foreign',
  },
  {
    reason: 'what is being deleted is waited for',
    args: fresh(() => configMap({ deletionTimestamp: '2026-03-02T10:00:00Z' })),
    want: 'being-deleted',
  },
  {
    reason: 'what an Instance of the same name has left is waited for',
    args: fresh((flavour) => {
      const { apiVersion, kind } = instance(flavour);
      const name = flavour === 'claims' ? 'sales-zzzzz' : 'sales';
      return configMap(owner({ apiVersion, kind, name, uid: 'gone' }));
    }),
    want: 'predecessor',
  },
  {
    reason: 'what this Instance itself controls is its own, though it is not observed yet',
    args: fresh((flavour) => {
      const { apiVersion, kind, metadata } = instance(flavour);
      return configMap(
        owner({ apiVersion, kind, name: xrName(flavour, 'sales'), uid: metadata['uid'] ?? '' }),
      );
    }),
    want: 'nothing-there',
  },
  {
    reason: 'what was left without an owner, with our labels on it, is taken over',
    args: fresh(() =>
      configMap({
        labels: {
          'app.kubernetes.io/managed-by': 'function-mcp',
          'app.kubernetes.io/name': 'dbhub',
          'app.kubernetes.io/instance': 'sales',
        },
      }),
    ),
    want: 'nothing-there',
  },
  {
    reason: 'what was left by an Instance of another type is not taken over',
    args: fresh(() =>
      configMap({
        labels: {
          'app.kubernetes.io/managed-by': 'function-mcp',
          'app.kubernetes.io/name': 'search',
          'app.kubernetes.io/instance': 'sales',
        },
      }),
    ),
    want: 'foreign',
  },
];

table('ownership', cases);
