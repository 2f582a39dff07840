import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { type KubeObject, stored } from '../test/support/server-fields.ts';

const ROOT = join(import.meta.dirname, '..');
const TENANT = join(ROOT, 'examples/dbhub/tenant.yaml');
const PLATFORM = join(ROOT, 'platform.yaml');

export interface Login {
  user: string;
  password: string;
  database: string;
}

/** The example tenant, as the objects that its file declares. */
export interface Tenant {
  /** Path of the file, from the root of the project. */
  file: string;
  objects: KubeObject[];
  /** With which credentials the tenant's database `shop` is to be read. */
  login: Login;
}

/** A Resource's spec, as far as the demo looks at it. */
interface DatabaseSpec {
  database: string;
  credentialsRef: { name: string };
}

export async function readTenant(): Promise<Tenant> {
  const objects = await readObjects(TENANT);
  const { database, credentialsRef } = databaseNamed(objects, 'shop')['spec'] as DatabaseSpec;
  const secret = objects.find(
    ({ kind, metadata }) => kind === 'Secret' && metadata.name === credentialsRef.name,
  );
  const { username, password } = (secret?.['stringData'] ?? {}) as Record<string, string>;
  if (!username || !password)
    throw new Error(`${TENANT}: no Secret ${credentialsRef.name} with both of its keys`);
  return { file: relative(ROOT, TENANT), objects, login: { user: username, password, database } };
}

/** What the cluster holds once the tenant's file is applied: what the API server would make of it. */
export interface Cluster {
  /** The composite resource: without claims it is the tenant's own Instance. */
  instance: KubeObject;
  others: KubeObject[];
}

/** The cluster with the database `shop` at an address of this machine, without TLS. */
export async function clusterOf(
  { objects }: Tenant,
  { host, port }: { host: string; port: number },
): Promise<Cluster> {
  const shop = databaseNamed(objects, 'shop');
  const moved = { ...shop, spec: { ...(shop['spec'] as object), host, port, sslMode: 'disable' } };
  const declared = [
    ...objects.map((object) => (object === shop ? moved : object)),
    ...(await readSettings()),
  ];
  const all = declared.map((object) => stored(object.kind === 'Secret' ? encoded(object) : object));
  const instance = all.find(({ kind }) => kind === 'DBHubInstance');
  if (!instance) throw new Error(`${TENANT}: no DBHubInstance`);
  return { instance, others: all.filter((object) => object !== instance) };
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

function databaseNamed(objects: readonly KubeObject[], name: string): KubeObject {
  const found = objects.find(({ kind, metadata }) => kind === 'Database' && metadata.name === name);
  if (!found) throw new Error(`${TENANT}: no Database ${name}`);
  return found;
}

/** The API server keeps `stringData` as `data`. */
function encoded({ stringData, ...secret }: KubeObject): KubeObject {
  const data = Object.entries((stringData ?? {}) as Record<string, string>).map(([key, value]) => [
    key,
    Buffer.from(value).toString('base64'),
  ]);
  return { ...secret, data: Object.fromEntries(data) as Record<string, string> } as KubeObject;
}
