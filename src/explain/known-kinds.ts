import type { JsonObject } from '../contract/kube.ts';
import type { StructuralSchema } from '../generate/structural.ts';

const any: StructuralSchema = {};
const strings: StructuralSchema = { type: 'object', additionalProperties: { type: 'string' } };

/** A schema of an object with these fields, each of any value. */
const having = (...names: string[]): StructuralSchema => ({
  type: 'object',
  properties: Object.fromEntries(names.map((name) => [name, any])),
});

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/ */
export const metadataSchema: StructuralSchema = {
  type: 'object',
  properties: {
    ...having(
      'name',
      'generateName',
      'namespace',
      'uid',
      'resourceVersion',
      'generation',
      'selfLink',
      'creationTimestamp',
      'deletionTimestamp',
      'deletionGracePeriodSeconds',
      'finalizers',
      'managedFields',
    ).properties,
    labels: strings,
    annotations: strings,
    ownerReferences: {
      type: 'array',
      items: having('apiVersion', 'kind', 'name', 'uid', 'controller', 'blockOwnerDeletion'),
    },
  },
};

const kindsOf = (schema: StructuralSchema): StructuralSchema => ({
  ...schema,
  properties: { apiVersion: any, kind: any, metadata: metadataSchema, ...schema.properties },
});

/** Kinds that tenants and platforms write besides those of the server types. */
const schemas: Readonly<Record<string, StructuralSchema>> = {
  Secret: kindsOf({
    ...having('type', 'immutable'),
    properties: { ...having('type', 'immutable').properties, data: strings, stringData: strings },
  }),
  ConfigMap: kindsOf({
    ...having('immutable'),
    properties: { ...having('immutable').properties, data: strings, binaryData: strings },
  }),
  EnvironmentConfig: kindsOf(having('data')),
};

/** The schema of an object that is not of a server type; undefined if it is not known. */
export const schemaOfKind = ({ apiVersion, kind }: JsonObject): StructuralSchema | undefined =>
  typeof kind === 'string' &&
  Object.hasOwn(schemas, kind) &&
  (apiVersion === 'v1' || kind === 'EnvironmentConfig')
    ? schemas[kind]
    : undefined;

/** Kinds that belong to a namespace, besides those of the server types. */
const namespaced = new Set(
  'ConfigMap Secret Service ServiceAccount PersistentVolumeClaim Deployment NetworkPolicy PodDisruptionBudget ExternalSecret Role RoleBinding'.split(
    ' ',
  ),
);
const clusterScoped = new Set(['EnvironmentConfig', 'ClusterRole', 'ClusterRoleBinding']);

/** Whether objects of a kind that is not of a server type belong to a namespace; undefined if they are ignored. */
export const scopeOfKind = (kind: string): 'namespace' | 'cluster' | undefined => {
  if (namespaced.has(kind)) return 'namespace';
  return clusterScoped.has(kind) ? 'cluster' : undefined;
};
