/** The one user that all containers of a pod run as, so that they share files without wider modes. */
const uid = 65532;

/** What the restricted Pod Security Standard asks of a pod. https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
export const podSecurityContext = {
  runAsNonRoot: true,
  runAsUser: uid,
  runAsGroup: uid,
  fsGroup: uid,
  fsGroupChangePolicy: 'OnRootMismatch',
  seccompProfile: { type: 'RuntimeDefault' },
} as const;

/** What it asks of a container, and a root file system that is read only. */
export const containerSecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
} as const;
