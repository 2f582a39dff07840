import { stringAt, valueAt } from '../contract/observed.ts';
import type { Problem } from '../contract/reasons.ts';
import { ok, type Result } from '../contract/result.ts';
import { type Pending, problem } from './problem.ts';
import type { SupplyContext } from './supply-context.ts';

/** A pod never starts while a volume is missing, so a claim is mounted only if it exists and can be shared. */
export const volumeOf = (
  name: string,
  { namespace, cluster, settings }: SupplyContext,
): Result<undefined, Problem> | Pending => {
  const unsupported = (message: string) => problem('Unsupported', message);
  if (!settings.compose.volumes) {
    return unsupported(
      'The platform does not allow volumes: ask an administrator to set compose.volumes to true in the EnvironmentConfig "function-mcp".',
    );
  }
  const found = cluster.find({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name });
  if (!found) return undefined;
  const claim = found[0];
  if (
    !claim ||
    valueAt(claim, 'metadata', 'deletionTimestamp') !== undefined ||
    stringAt(claim, 'status', 'phase') === 'Lost'
  ) {
    return unsupported(
      `PersistentVolumeClaim "${name}" does not exist in this namespace, is lost, or is being deleted.`,
    );
  }
  const modes = valueAt(claim, 'spec', 'accessModes');
  const shareable =
    Array.isArray(modes) && modes.some((mode) => mode === 'ReadWriteMany' || mode === 'ReadOnlyMany');
  return shareable
    ? ok(undefined)
    : unsupported(
        `PersistentVolumeClaim "${name}" must have the access mode ReadWriteMany or ReadOnlyMany, because pods on several nodes mount it.`,
      );
};
