import type { JsonObject } from '../contract/kube.ts';
import { annotationKeys } from '../contract/names.ts';
import { stringAt } from '../contract/observed.ts';
import type { Settings } from './settings.ts';

/**
 * Whether a tenant may use a Secret of another namespace. The owner must allow it on the Secret, as with Gateway API's
 * ReferenceGrant (https://gateway-api.sigs.k8s.io/api-types/referencegrant/). The platform may restrict the source
 * namespaces.
 */
export const isGranted = (secret: JsonObject, to: string, settings: Settings): boolean => {
  const from = stringAt(secret, 'metadata', 'namespace') ?? '';
  if (!mayBeSource(from, settings)) return false;
  const allowed = allowedBy(secret);
  return allowed.has(to) || (settings.credentials.allowWildcard && allowed.has('*'));
};

/** The namespaces that a Secret allows. Cached for each object of a request, because many Resources may refer to it. */
const allowedBy = (secret: JsonObject): ReadonlySet<string> => {
  const known = consents.get(secret);
  if (known) return known;
  const names = stringAt(secret, 'metadata', 'annotations', annotationKeys.allowedNamespaces) ?? '';
  const allowed = new Set(names.split(',').map((name) => name.trim()));
  consents.set(secret, allowed);
  return allowed;
};

const consents = new WeakMap<JsonObject, ReadonlySet<string>>();

/** Whether the platform allows other namespaces to use the Secrets of this one. */
export const mayBeSource = (namespace: string, settings: Settings): boolean =>
  settings.credentials.sourceNamespaces?.includes(namespace) ?? true;
