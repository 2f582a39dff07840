import type { JsonObject } from '../contract/kube.ts';
import { annotationKeys } from '../contract/names.ts';
import { stringAt } from '../contract/observed.ts';
import type { Settings } from './settings.ts';

/**
 * Whether a Secret of another namespace may be used by a tenant's. The Secret itself must consent, as
 * Gateway API's ReferenceGrant does (https://gateway-api.sigs.k8s.io/api-types/referencegrant/); the
 * platform may narrow which namespaces can be sources.
 */
export const isGranted = (secret: JsonObject, to: string, settings: Settings): boolean => {
  const from = stringAt(secret, 'metadata', 'namespace') ?? '';
  if (!mayBeSource(from, settings)) return false;
  const allowed = allowedBy(secret);
  return allowed.has(to) || (settings.credentials.allowWildcard && allowed.has('*'));
};

/** The namespaces that a Secret consents to, read once for each object of a request: many Resources may name it. */
const allowedBy = (secret: JsonObject): ReadonlySet<string> => {
  const known = consents.get(secret);
  if (known) return known;
  const names = stringAt(secret, 'metadata', 'annotations', annotationKeys.allowedNamespaces) ?? '';
  const allowed = new Set(names.split(',').map((name) => name.trim()));
  consents.set(secret, allowed);
  return allowed;
};

const consents = new WeakMap<JsonObject, ReadonlySet<string>>();

/** Whether the platform lets any other namespace use this one's Secrets. */
export const mayBeSource = (namespace: string, settings: Settings): boolean =>
  settings.credentials.sourceNamespaces?.includes(namespace) ?? true;
