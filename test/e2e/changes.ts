import assert from 'node:assert/strict';
import type { Taken } from './goals.ts';
import type { Kube, KubeObject } from './kube.ts';
import { openWatch } from './watch.ts';

const sorts = ['added', 'changed', 'label taken', 'label given', 'removed'] as const;
export type Sort = (typeof sorts)[number];

/** Changes of Databases, and when the ConfigMap of the Instance that selects their team has them. */
export async function openChanges(kube: Kube, namespace: string) {
  const collection = `/apis/dbhub.tas.io/v1alpha1/namespaces/${namespace}/databases`;
  const configs = await openWatch(kube, `/api/v1/namespaces/${namespace}/configmaps`);
  const send = async (method: string, path: string, body?: object, type = 'application/json') => {
    const headers = { 'content-type': type };
    const response = await kube.raw(path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  };
  const merge = (name: string, body: object) =>
    send('PATCH', `${collection}/${name}`, body, 'application/merge-patch+json');
  const create = (object: KubeObject) => send('POST', collection, object);
  /** Undefined where a watch has begun again and not reported it yet. */
  const config = (of: string): string | undefined => configs.objects.get(`${of}-config`)?.data['dbhub.toml'];
  const source = (name: string) => `id = "${name.replaceAll('-', '_')}`;
  const says = (of: string, text: string) => () => config(of)?.includes(text) === true;
  const lacks = (of: string, text: string) => () => config(of)?.includes(text) === false;
  const has = (of: string, name: string) => says(of, `${source(name)}"`);
  const gone = (of: string, name: string) => lacks(of, `${source(name)}"`);

  const changesOf = (of: string, name: string): Record<Sort, [() => Promise<void>, () => boolean]> => ({
    added: [() => create(database(namespace, name, of)), has(of, name)],
    changed: [() => merge(name, { spec: { description: `Only for ${name}` } }), says(of, `Only for ${name}`)],
    'label taken': [() => merge(name, { metadata: { labels: { team: 'x' } } }), gone(of, name)],
    'label given': [() => merge(name, { metadata: { labels: { team: of } } }), has(of, name)],
    removed: [() => send('DELETE', `${collection}/${name}`), gone(of, name)],
  });
  const change = async (of: string, name: string, sort: Sort): Promise<Taken> => {
    const [begin, seen] = changesOf(of, name)[sort];
    const began = performance.now();
    await begin();
    await configs.until(sort, seen, 90);
    return { sort, ms: performance.now() - began };
  };
  return {
    /** Without waiting for anything. */
    create,
    /** One change; what it took until the ConfigMap had it. */
    change,
    /** Each sort of change once, one after the other. */
    async eachSort(of: string, name: string): Promise<Taken[]> {
      const times: Taken[] = [];
      for (const sort of sorts) times.push(await change(of, name, sort));
      return times;
    },
    /** Until the ConfigMap has all of them. */
    configured: (of: string, names: readonly string[]) =>
      configs.until(`${names.length} in the ConfigMap`, () => names.every((name) => has(of, name)()), 180),
    /** Deletes all of a batch, whose names begin with its own, until the ConfigMap has none of them. */
    async removeBatch(of: string, batch: string) {
      await kube.kubectl('delete', 'databases', '-l', `batch=${batch}`, '-n', namespace, '--wait=false');
      await configs.until(`${batch} gone`, lacks(of, source(`${batch}-`)), 120);
    },
    end: configs.end,
  };
}

/** Of the examples' PostgreSQL. */
export const database = (namespace: string, name: string, team: string, batch = 'none'): KubeObject => ({
  apiVersion: 'dbhub.tas.io/v1alpha1',
  kind: 'Database',
  metadata: { name, namespace, labels: { team, batch } },
  spec: { type: 'postgres', host: 'shop-db', database: 'shop', credentialsRef: { name: 'shop-db' } },
});
