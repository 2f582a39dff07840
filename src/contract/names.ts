/** Names, labels, annotations and data keys of the objects of an Instance. */

export const managedBy = 'function-mcp';
export const partOf = 'tas-mcp-servers';

/** A tenant's namespace is `tas-<tenant>`. The tenant's name never comes from a label. */
export const tenantOf = (namespace: string): string => namespace.replace(/^tas-/, '');

export const labelKeys = {
  name: 'app.kubernetes.io/name',
  instance: 'app.kubernetes.io/instance',
  component: 'app.kubernetes.io/component',
  version: 'app.kubernetes.io/version',
  partOf: 'app.kubernetes.io/part-of',
  managedBy: 'app.kubernetes.io/managed-by',
  tenant: 'tas.io/tenant',
  environment: 'tas.io/environment',
} as const;

/** Labels that Crossplane puts on the XR of a claim. */
export const claimLabels = {
  name: 'crossplane.io/claim-name',
  namespace: 'crossplane.io/claim-namespace',
} as const;

export const annotationKeys = {
  /** Hash of the configuration template, on the pod template. */
  configHash: 'tas.io/config-hash',
  /** Counts the changes of the configuration, on the pod template. */
  configRevision: 'tas.io/config-revision',
  /** Counts the changes of the credentials, on the pod template. */
  credentialsRevision: 'tas.io/credentials-revision',
  /** Hash of the targets of the probe, on its pod template. */
  targetsHash: 'tas.io/targets-hash',
  /** Hash of the rendered object, on every object except the Secret, which has its revision. */
  rendered: 'tas.io/rendered',
  /** Set by a person on an object that is not managed by function-mcp, so that function-mcp takes it over. */
  adopt: 'tas.io/adopt',
  /** Set by Crossplane on every composed object, also on an object before it is taken over. */
  composed: 'crossplane.io/composition-resource-name',
  /** Set by the owner of a Secret: the namespaces that may use the Secret. */
  allowedNamespaces: 'tas.io/allowed-namespaces',
} as const;

/** Data keys of our ConfigMap and Secret that contain no configuration. No placeholder has such a name. */
export const dataKeys = {
  configRevision: 'config-revision',
  credentialsRevision: 'credentials-revision',
  authToken: 'auth-token',
} as const;

/** Component of a pod, in its labels. */
export const components = { server: 'mcp-server', probe: 'probe' } as const;

/** Names of the objects of an Instance. */
export const objectNames = (instance: string) => ({
  configMap: `${instance}-config`,
  secret: `${instance}-creds`,
  deployment: instance,
  service: instance,
  serviceAccount: instance,
  networkPolicy: instance,
  podDisruptionBudget: instance,
  /** Name of all objects of the companion probe. */
  probe: `${instance}-probe`,
});

/** The longest name of an Instance, which leaves room for the suffixes of its objects and pods. */
export const maxInstanceName = 50;
