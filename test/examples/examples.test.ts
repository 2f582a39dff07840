import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { flavours } from '../../src/contract/flavour.ts';
import type { JsonObject } from '../../src/contract/kube.ts';
import { serverTypes } from '../../src/servers/registry.ts';
import type { KubeObject } from '../../src/simulate/server-fields.ts';

const examples = new URL('../../examples/', import.meta.url);

const cases = serverTypes.flatMap(({ name }) => flavours.map((flavour) => ({ type: name, flavour })));

describe.each(cases)('the example of $type for render, in the flavour $flavour', ({ type, flavour }) => {
  const load = async (file: string) =>
    parseAllDocuments(await readFile(new URL(`${type}/${file}`, examples), 'utf8')).map(
      (document) => document.toJS() as KubeObject,
    );

  test("is the tenant's own file, as Crossplane holds it", async () => {
    const given = [...(await load(`${flavour}/required.yaml`)), ...(await load(`${flavour}/xr.yaml`))];
    const held = given.filter(({ kind }) => kind !== 'EnvironmentConfig').map(declared);
    expect(held.sort(byName)).toEqual((await load('tenant.yaml')).map(declared).sort(byName));
  });

  test('has the settings that the release offers', async () => {
    const settings = async (file: string) =>
      (await load(file)).find(({ kind }) => kind === 'EnvironmentConfig')?.['data'];
    expect(await settings(`${flavour}/required.yaml`)).toEqual(await settings('../../platform.yaml'));
  });
});

const byName = (a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

/** What somebody applied to get this object: its claim, where it is the XR of one. */
const declared = ({ kind, metadata, spec, stringData, data }: KubeObject) => {
  const { claimRef, ...own } = (spec ?? {}) as JsonObject;
  const { name, namespace } = metadata;
  const called = (claimRef ?? { kind, name, namespace }) as JsonObject;
  const labels = Object.entries((metadata['labels'] ?? {}) as JsonObject);
  return {
    kind: called['kind'],
    name: called['name'],
    namespace: called['namespace'],
    labels: Object.fromEntries(labels.filter(([key]) => !key.startsWith('crossplane.io/'))),
    spec: own,
    texts: Object.fromEntries([
      ...Object.entries((stringData ?? {}) as Record<string, string>),
      ...Object.entries((data ?? {}) as Record<string, string>).map(([key, value]) => [
        key,
        kind === 'Secret' ? Buffer.from(value, 'base64').toString() : value,
      ]),
    ]),
  };
};

test('the examples of all server types can be applied together: an Instance has the name of its Deployment', async () => {
  const named = await Promise.all(
    serverTypes.map(async ({ name, instance }) => {
      const text = await readFile(new URL(`${name}/tenant.yaml`, examples), 'utf8');
      return parseAllDocuments(text)
        .map((document) => document.toJS() as KubeObject)
        .map(({ kind, metadata }) => `${kind === instance.kind ? 'Instance' : kind}/${metadata.name}`);
    }),
  );
  const all = named.flat();
  expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);
});
