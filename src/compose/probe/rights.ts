import type { ServiceAccount } from 'kubernetes-types/core/v1.d.ts';
import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from 'kubernetes-types/rbac/v1.d.ts';
import type { Rendered, RenderedMetadata } from '../../contract/kube.ts';
import { objectNames } from '../../contract/names.ts';
import { stringAt } from '../../contract/observed.ts';
import type { TargetsFile } from '../../contract/targets.ts';
import type { ComposeInput } from '../input.ts';
import { metadata } from '../labels.ts';

const rbac = 'rbac.authorization.k8s.io';

/** The service account of the probe. */
export const probeServiceAccount = (input: ComposeInput): Rendered<ServiceAccount> => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: metadata(input, objectNames(input.subject.name).probe, 'probe'),
  automountServiceAccountToken: false,
});

/**
 * Allows reading exactly the selected XRs and patching exactly their status. Cluster-scoped XRs need a ClusterRole. It
 * is named after the Instance's type and XR, because the name of an XR is unique in the cluster only among its kind. An
 * empty list of names would allow every object, so there is no rule if no name is selected.
 */
export const probeRole = (
  input: ComposeInput,
  { api, targets }: TargetsFile,
): Rendered<Role | ClusterRole> => {
  const names = targets
    .map(({ xr }) => xr)
    .filter((name) => name !== '')
    .sort();
  return {
    apiVersion: `${rbac}/v1`,
    kind: roleKind(api),
    metadata: rightsMetadata(input, api),
    rules:
      names.length === 0
        ? []
        : [
            { apiGroups: [api.group], resources: [api.plural], resourceNames: names, verbs: ['get'] },
            {
              apiGroups: [api.group],
              resources: [`${api.plural}/status`],
              resourceNames: names,
              verbs: ['patch'],
            },
          ],
  };
};

/** Binds the role to the probe's service account. */
export const probeRoleBinding = (
  input: ComposeInput,
  { api }: TargetsFile,
): Rendered<RoleBinding | ClusterRoleBinding> => {
  return {
    apiVersion: `${rbac}/v1`,
    kind: `${roleKind(api)}Binding` as const,
    metadata: rightsMetadata(input, api),
    roleRef: { apiGroup: rbac, kind: roleKind(api), name: rightsMetadata(input, api).name },
    subjects: [
      {
        kind: 'ServiceAccount',
        name: objectNames(input.subject.name).probe,
        namespace: input.subject.namespace,
      },
    ],
  };
};

const roleKind = ({ namespaced }: TargetsFile['api']) => (namespaced ? 'Role' : 'ClusterRole');

const rightsMetadata = (input: ComposeInput, { namespaced }: TargetsFile['api']): RenderedMetadata => {
  const local = metadata(input, objectNames(input.subject.name).probe, 'probe');
  if (namespaced) return local;
  const { namespace: _, ...clusterWide } = local;
  return {
    ...clusterWide,
    name: `function-mcp-probe-${input.subject.type.name}-${stringAt(input.subject.xr, 'metadata', 'name') ?? ''}`,
  };
};
