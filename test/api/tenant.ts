/** A tenant with APIs, for the tests that ask the real server about real APIs. */
import type { JsonObject } from '../../src/contract/kube.ts';
import type { World } from '../../src/simulate/reconcile.ts';
import type { KubeObject } from '../../src/simulate/server-fields.ts';
import { environmentConfig, secret, TENANT, worldOf, xr } from '../support/world.ts';

/** What a tenant has applied. */
export interface Applied {
  /** APIEndpoints by name. */
  endpoints: Record<string, JsonObject>;
  /** Texts of Secrets by name and key. */
  secrets?: Record<string, Record<string, string>>;
  /** Data of ConfigMaps by name. */
  configMaps?: Record<string, Record<string, string>>;
  /** Spec of the APIMCPInstance. */
  instance?: JsonObject;
}

/** The world of that tenant, with the Instance `apis` that serves all of it. */
export const tenantOf = ({ endpoints, secrets = {}, configMaps = {}, instance = {} }: Applied): World =>
  worldOf(xr('claims', 'APIMCPInstance', 'apis', instance), [
    environmentConfig(),
    ...Object.entries(endpoints).map(([name, spec]) => xr('claims', 'APIEndpoint', name, spec)),
    ...Object.entries(secrets).map(([name, texts]) => secret(name, texts)),
    ...Object.entries(configMaps).map(([name, data]) => configMap(name, data)),
  ]);

const configMap = (name: string, data: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: TENANT, uid: `uid-${name}` },
  data,
});

/** The operations of the to-do API that a tenant would write down. */
export const todoOperations: JsonObject[] = [
  { name: 'list_todos', path: '/todos', description: 'Lists all to-dos.' },
  {
    name: 'get_todo',
    path: '/todos/{id}',
    parameters: [{ name: 'id', in: 'path', type: 'integer', description: 'Its number.' }],
  },
  { name: 'count_todos', path: '/todos/count' },
  {
    name: 'create_todo',
    method: 'POST',
    path: '/todos',
    parameters: [
      { name: 'title', in: 'body', required: true },
      { name: 'isComplete', in: 'body', type: 'boolean' },
    ],
  },
  {
    name: 'rename_todo',
    method: 'PATCH',
    path: '/todos/{id}',
    parameters: [
      { name: 'id', in: 'path', type: 'integer' },
      { name: 'title', in: 'body' },
    ],
  },
];
