import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { type KubeObject, stored } from '../../src/simulate/server-fields.ts';
import type { Backend, Story } from './story.ts';

const ROOT = join(import.meta.dirname, '../..');
const PLATFORM = join(ROOT, 'platform.yaml');

/** The example tenant of a server type, as the objects in its file. */
export interface Tenant {
  /** Path of the file, relative to the root of the repository. */
  file: string;
  objects: KubeObject[];
  instance: KubeObject;
  /** The Resource that the demo serves. */
  served: KubeObject;
  /** The values of the Secret with its credentials, as text. */
  credentials: Readonly<Record<string, string>>;
}

export async function readTenant({ type, resource }: Story): Promise<Tenant> {
  const path = join(ROOT, 'examples', type.name, 'tenant.yaml');
  const objects = await readObjects(path);
  const find = (kind: string, name?: string): KubeObject => {
    const found = objects.find(
      (object) => object.kind === kind && (name === undefined || object.metadata.name === name),
    );
    if (!found) throw new Error(`${path}: no ${kind} ${name ?? ''}`);
    return found;
  };
  const served = find(type.resource.kind, resource);
  const { credentialsRef } = served['spec'] as { credentialsRef: { name: string } };
  const { stringData = {} } = find('Secret', credentialsRef.name);
  return {
    file: relative(ROOT, path),
    objects,
    instance: find(type.instance.kind),
    served,
    credentials: stringData as Record<string, string>,
  };
}

/** The objects in the cluster after the tenant's file was applied, as the API server stores them. */
export interface Cluster {
  /** The composite resource. Without claims, it is the tenant's Instance. */
  instance: KubeObject;
  others: KubeObject[];
}

/** The cluster, with an address of this machine in the served Resource. */
export async function clusterOf(
  { objects, instance, served }: Tenant,
  fields: Backend['spec'],
): Promise<Cluster> {
  const spec = Object.entries({ ...(served['spec'] as object), ...fields });
  const moved = { ...served, spec: Object.fromEntries(spec.filter(([, value]) => value !== undefined)) };
  const others = objects.filter((object) => object !== instance && object !== served);
  const asStored = (object: KubeObject) => stored(object.kind === 'Secret' ? encoded(object) : object);
  return {
    instance: asStored(instance),
    others: [moved, ...others, ...(await readSettings())].map(asStored),
  };
}

/** The platform's settings. They allow this machine, which tenants cannot reach otherwise. */
async function readSettings(): Promise<KubeObject[]> {
  const settings = (await readObjects(PLATFORM)).filter(({ kind }) => kind === 'EnvironmentConfig');
  const reach = { allowedHosts: ['*', '127.0.0.1', 'localhost'] };
  return settings.map((object) => ({ ...object, data: { ...(object['data'] as object), reach } }));
}

async function readObjects(path: string): Promise<KubeObject[]> {
  return parseAllDocuments(await readFile(path, 'utf8')).map((document) => document.toJS() as KubeObject);
}

/** The API server stores `stringData` as `data`. */
function encoded({ stringData, ...secret }: KubeObject): KubeObject {
  const data = Object.entries((stringData ?? {}) as Record<string, string>).map(([key, value]) => [
    key,
    Buffer.from(value).toString('base64'),
  ]);
  return { ...secret, data: Object.fromEntries(data) as Record<string, string> } as KubeObject;
}
