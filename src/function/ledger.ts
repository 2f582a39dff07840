import type { ResourceSelector, RunFunctionRequest } from '@crossplane-org/function-sdk-typescript';
import type { JsonObject } from '../contract/kube.ts';
import { matches, type Selector, selectorKey, type World } from '../contract/selector.ts';

/**
 * What a call requires of Crossplane, and what it was given. Asking for something is what requires it, so
 * that every response names every requirement, as Crossplane's loop demands.
 */
export interface Ledger extends World {
  /** Whether something that was asked for has not been fetched yet. */
  pending: () => boolean;
  /** Everything that was asked for, by the name of its requirement. */
  requirements: () => Record<string, ResourceSelector>;
}

/**
 * Opens the ledger of a call. A requirement's name is its whole selector, and what arrives is held against
 * it: Crossplane seeds the first call of a reconcile by name with what the last one required.
 */
export const openLedger = ({ requiredResources }: Pick<RunFunctionRequest, 'requiredResources'>): Ledger => {
  const required = new Map<string, { selector: Selector; found: readonly JsonObject[] | undefined }>();
  const fetched = (key: string, selector: Selector): readonly JsonObject[] | undefined =>
    Object.hasOwn(requiredResources, key)
      ? requiredResources[key]?.items.flatMap(({ resource }) =>
          resource && matches(resource, selector) ? [resource] : [],
        )
      : undefined;
  return {
    find: (selector) => {
      const key = selectorKey(selector);
      const entry = required.get(key) ?? { selector, found: fetched(key, selector) };
      required.set(key, entry);
      return entry.found;
    },
    pending: () => [...required.values()].some(({ found }) => found === undefined),
    requirements: () =>
      Object.fromEntries([...required].map(([key, { selector }]) => [key, toProto(selector)])),
  };
};

const toProto = ({ apiVersion, kind, namespace, name, labels }: Selector): ResourceSelector => ({
  apiVersion,
  kind,
  ...(namespace !== undefined && { namespace }),
  ...(name === undefined ? { matchLabels: { labels: { ...labels } } } : { matchName: name }),
});
