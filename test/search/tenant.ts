/** A tenant with search engines, for the tests that ask the real server about them. */
import type { JsonObject } from '../../src/contract/kube.ts';
import type { World } from '../../src/simulate/reconcile.ts';
import { environmentConfig, secret, worldOf, xr } from '../support/world.ts';

/** What a tenant has applied. */
export interface Applied {
  /** SearchEngines by name. */
  engines: Record<string, JsonObject>;
  /** Texts of Secrets by name and key. */
  secrets?: Record<string, Record<string, string>>;
  /** Spec of the SearchMCPInstance. */
  instance?: JsonObject;
}

/** The world of that tenant, with the Instance `content` that serves all of it. */
export const tenantOf = ({ engines, secrets = {}, instance = {} }: Applied): World =>
  worldOf(xr('claims', 'SearchMCPInstance', 'content', instance), [
    environmentConfig(),
    ...Object.entries(engines).map(([name, spec]) => xr('claims', 'SearchEngine', name, spec)),
    ...Object.entries(secrets).map(([name, texts]) => secret(name, texts)),
  ]);

/** Every operation that there is. */
export const everything: JsonObject = {
  defaultPolicy: {
    maxHits: 5,
    allowedOperations: ['list_indices', 'get_mapping', 'search', 'count', 'cluster_health', 'query_dsl'],
  },
};

/** What a reader needs in OpenSearch and no more, as the guide for tenants says. */
export const readerOf = (...patterns: string[]) => ({
  cluster_permissions: ['cluster_composite_ops_ro'],
  index_permissions: [
    {
      index_patterns: patterns,
      allowed_actions: ['read', 'indices:admin/mappings/get', 'indices:admin/resolve/index'],
    },
  ],
});
