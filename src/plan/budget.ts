import type { Source } from '../servers/server-type.ts';
import type { PlannedResource } from './resources.ts';

/** Bytes that the ConfigMap and the Secret may each contain. The API server allows 1 MiB. */
export const maxObjectBytes = 900 * 1024;

/**
 * Leaves out the Resources that would make an object too large. The oldest come first, so that a new one never replaces
 * a served one. One that is too large alone is left out, and the others are served.
 */
export const withinBudget = (resources: readonly PlannedResource[]): PlannedResource[] => {
  const used = { config: 0, secret: 0 };
  const authorities = new Set<string>();
  return resources.map((resource) => {
    const { source, ca } = resource;
    if (!source) return resource;
    const shared = ca === undefined || authorities.has(ca);
    const config = used.config + bytesOf(source) + (shared ? 0 : ca.length);
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
    message: `With this Resource, the configuration or the credentials of the Instance would exceed ${maxObjectBytes / 1024} KiB: select fewer Resources, or add an Instance.`,
  },
});

/** Bytes of the separators around a text. */
const separators = 16;

/** Bytes of a Resource in the files of the server, at most. */
export const bytesOf = ({ texts, routes, target }: Source): number =>
  [...texts, JSON.stringify([routes, target])].reduce(
    (sum, text) => sum + Buffer.byteLength(text) + separators,
    0,
  );

const bytesInSecret = ({ values }: PlannedResource): number =>
  Object.entries(values).reduce((sum, [key, value]) => sum + key.length + Math.ceil(value.length / 3) * 4, 0);
