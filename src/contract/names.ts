/** Names, labels, annotations and data keys that stand on the objects of an Instance. */

export const managedBy = 'function-mcp';
export const partOf = 'tas-mcp-servers';

/** A tenant's namespace is `tas-<tenant>`; the tenant's name never comes from a label. */
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
  /** Hash of the configuration's template, on the pod template. */
  configHash: 'tas.io/config-hash',
  /** Counts the changes of the configuration, on the pod template. */
  configRevision: 'tas.io/config-revision',
  /** Counts the changes of the credentials, on the pod template. */
  credentialsRevision: 'tas.io/credentials-revision',
  /** Hash of what the probe is to check, on its pod template. */
  targetsHash: 'tas.io/targets-hash',
  /** Hash of what was rendered, on every object but the Secret, which carries its revision. */
  rendered: 'tas.io/rendered',
  /** Set by a person on a foreign object, to let it be taken over. */
  adopt: 'tas.io/adopt',
  /** Crossplane's, on every composed object; on a foreign one too before it is taken over. */
  composed: 'crossplane.io/composition-resource-name',
  /** Set by the owner of a Secret: the namespaces that may use it. */
  allowedNamespaces: 'tas.io/allowed-namespaces',
} as const;

/** Data keys of our ConfigMap and Secret that hold no configuration. No placeholder has such a name. */
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
  /** Of everything that the companion probe has. */
  probe: `${instance}-probe`,
});

/** The longest name of an Instance: leaves room for what its objects and pods add. */
export const maxInstanceName = 50;
