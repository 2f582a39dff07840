import { describeFailure, type Failure } from '../contract/failure.ts';
import type { AnyServerType } from '../servers/server-type.ts';
import type { PlannedResource } from './resources.ts';

/** Bytes that the ConfigMap and the Secret may each hold: the API server stops at 1 MiB. */
export const maxObjectBytes = 900 * 1024;

/**
 * Leaves out the Resources that would make an object too large. The oldest come first, so that a new one
 * never takes the place of a served one; one that is too large by itself takes no place at all. Where measuring one
 * meets a bug, `failed` says what stands for it.
 */
export const withinBudget = (
  resources: readonly PlannedResource[],
  { bytes = bytesAsJson }: Pick<AnyServerType, 'bytes'> = {},
  failed?: (resource: PlannedResource, failure: Failure) => PlannedResource,
): PlannedResource[] => {
  const used = { config: 0, secret: 0 };
  const authorities = new Set<string>();
  const measured = (resource: PlannedResource): { resource: PlannedResource; size: number } => {
    try {
      return { resource, size: resource.source ? bytes(resource.source.fragment) : 0 };
    } catch (error) {
      if (!failed) throw error;
      const { source, ...without } = resource.failure ? resource : failed(resource, describeFailure(error));
      return resource.failure || !source ? { resource: without, size: 0 } : measured({ ...without, source });
    }
  };
  return resources.map((each) => {
    const { resource, size } = measured(each);
    const { source, ca } = resource;
    if (!source) return resource;
    const config = used.config + size + (ca === undefined || authorities.has(ca) ? 0 : ca.length);
    const secret = used.secret + bytesInSecret(resource);
    if (config > maxObjectBytes || secret > maxObjectBytes) return tooLarge(resource);
    Object.assign(used, { config, secret });
    if (ca !== undefined) authorities.add(ca);
    return resource;
  });
};

const tooLarge = ({
  source: _source,
  ca: _ca,
  check: _check,
  destination: _destination,
  ...rest
}: PlannedResource): PlannedResource => ({
  ...rest,
  values: {},
  problem: {
    reason: 'TooMany',
    message: `With it the configuration or the credentials of this Instance would exceed ${maxObjectBytes / 1024} KiB: select fewer Resources, or add an Instance.`,
  },
});

const bytesAsJson = (fragment: unknown): number => Buffer.byteLength(JSON.stringify(fragment)) + perFragment;

const bytesInSecret = ({ values }: PlannedResource): number =>
  Object.entries(values).reduce((sum, [key, value]) => sum + key.length + Math.ceil(value.length / 3) * 4, 0);

/** What a fragment takes in the file beyond its own JSON, generously. */
const perFragment = 256;
