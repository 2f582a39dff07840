import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { type KubeObject, stored } from '../../src/simulate/server-fields.ts';
import type { Backend, Story } from './story.ts';

const ROOT = join(import.meta.dirname, '../..');
const PLATFORM = join(ROOT, 'platform.yaml');

/** The example tenant of a server type, as the objects that its file declares. */
export interface Tenant {
  /** Path of the file, from the root of the project. */
  file: string;
  objects: KubeObject[];
  instance: KubeObject;
  /** The Resource that is served here. */
  served: KubeObject;
  /** The texts of the Secret that its credentials are in. */
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

/** What the cluster holds once the tenant's file is applied: what the API server would make of it. */
export interface Cluster {
  /** The composite resource: without claims it is the tenant's own Instance. */
  instance: KubeObject;
  others: KubeObject[];
}

/** The cluster with the served Resource at an address of this machine. */
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

/** The platform's settings, with leave to reach this machine, which no tenant has otherwise. */
async function readSettings(): Promise<KubeObject[]> {
  const settings = (await readObjects(PLATFORM)).filter(({ kind }) => kind === 'EnvironmentConfig');
  const reach = { allowedHosts: ['*', '127.0.0.1', 'localhost'] };
  return settings.map((object) => ({ ...object, data: { ...(object['data'] as object), reach } }));
}

async function readObjects(path: string): Promise<KubeObject[]> {
  return parseAllDocuments(await readFile(path, 'utf8')).map((document) => document.toJS() as KubeObject);
}

/** The API server keeps `stringData` as `data`. */
function encoded({ stringData, ...secret }: KubeObject): KubeObject {
  const data = Object.entries((stringData ?? {}) as Record<string, string>).map(([key, value]) => [
    key,
    Buffer.from(value).toString('base64'),
  ]);
  return { ...secret, data: Object.fromEntries(data) as Record<string, string> } as KubeObject;
}
