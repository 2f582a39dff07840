/** All containers of a pod run as this user, so that they can share files without wider file modes. */
const uid = 65532;

/**
 * Pod settings that the restricted Pod Security Standard requires.
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export const podSecurityContext = {
  runAsNonRoot: true,
  runAsUser: uid,
  runAsGroup: uid,
  fsGroup: uid,
  fsGroupChangePolicy: 'OnRootMismatch',
  seccompProfile: { type: 'RuntimeDefault' },
} as const;

/** Container settings that the standard requires, and a read-only root file system. */
export const containerSecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
} as const;
