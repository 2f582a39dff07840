import type { ResourceSelector, RunFunctionRequest } from '@crossplane-org/function-sdk-typescript';
import type { JsonObject } from '../contract/kube.ts';
import { type Cluster, matches, type Selector, selectorKey } from '../contract/selector.ts';

/**
 * What a call requires from Crossplane, and what it received. Asking for an object adds the requirement, so that every
 * response contains all requirements, as Crossplane's loop needs.
 */
export interface Ledger extends Cluster {
  /** Whether an object that was asked for has not been fetched yet. */
  pending: () => boolean;
  /** Everything that was asked for, by requirement name. */
  requirements: () => Record<string, ResourceSelector>;
}

/**
 * Opens the ledger of a call. The name of a requirement is its complete selector, and each received object is checked
 * against it, because Crossplane fills the first call of a reconcile with the results of the last requirements, by
 * name.
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
