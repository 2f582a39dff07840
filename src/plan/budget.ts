import type { PlannedResource } from './resources.ts';

/** Bytes that the ConfigMap and the Secret may each hold: the API server stops at 1 MiB. */
export const maxObjectBytes = 900 * 1024;

/**
 * Leaves out the Resources that would make an object too large, youngest first, so that a new one never
 * takes the place of a served one.
 */
export const withinBudget = (resources: readonly PlannedResource[]): PlannedResource[] => {
  const used = { config: 0, secret: 0 };
  const authorities = new Set<string>();
  let full = false;
  return resources.map((resource) => {
    const { source, ca } = resource;
    if (!source) return resource;
    used.config += Buffer.byteLength(JSON.stringify(source.fragment)) + perFragment;
    if (ca !== undefined && !authorities.has(ca)) used.config += ca.length;
    for (const [key, value] of Object.entries(resource.values))
      used.secret += key.length + Math.ceil(value.length / 3) * 4;
    full ||= used.config > maxObjectBytes || used.secret > maxObjectBytes;
    if (!full) {
      if (ca !== undefined) authorities.add(ca);
      return resource;
    }
    const { source: _source, ca: _ca, check: _check, ...rest } = resource;
    return {
      ...rest,
      values: {},
      problem: {
        reason: 'TooMany',
        message: `The configuration or the credentials of this Instance would exceed ${maxObjectBytes / 1024} KiB: select fewer Resources, or add an Instance.`,
      },
    };
  });
};

/** What a fragment takes in the file beyond its own JSON, generously. */
const perFragment = 256;
