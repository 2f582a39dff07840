import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { flavours } from '../../src/contract/flavour.ts';
import { specHash } from '../../src/contract/hash.ts';
import { DatabaseSpec } from '../../src/servers/dbhub/dbhub-resource.ts';
import { serverTypes } from '../../src/servers/registry.ts';
import { type KubeObject, settledStatus } from '../../src/simulate/server-fields.ts';
import { type ServedFunction, serveFunction } from './function.ts';
import { exampleFile, objectsIn, type Rendered, type RenderOptions, render, runRender } from './render.ts';

const root = new URL('../..', import.meta.url);

let served: ServedFunction;
beforeAll(async () => {
  served = await serveFunction();
});
afterAll(() => served?.[Symbol.asyncDispose]());

describe.each(flavours)('crossplane composition render, %s flavour', (flavour) => {
  const required = exampleFile(flavour, 'required');
  let requiredObjects: KubeObject[];
  beforeAll(async () => {
    requiredObjects = objectsIn(await readFile(new URL(required, root), 'utf8'));
  });

  const rendered = async (options: Partial<RenderOptions>): Promise<Rendered> => {
    const result = await render({ flavour, function: served.address, ...options });
    expect(result.stderr).toBe('');
    expect(result.code).toBe(0);
    return result;
  };
  const database = () => {
    const found = requiredObjects.find(
      ({ kind, metadata }) => kind.endsWith('Database') && metadata.name.startsWith('shop'),
    );
    if (!found) throw new Error(`${required}: no Database shop`);
    return found;
  };
  const composed = ({ objects }: Rendered) => objects.slice(1);
  const statusOf = ({ objects }: Rendered) => objects[0]?.['status'] as Record<string, unknown>;
  const conditionsOf = (result: Rendered) =>
    Object.fromEntries(
      (statusOf(result)['conditions'] as { type: string; status: string }[]).map(({ type, status }) => [
        type,
        status,
      ]),
    );

  test.each(serverTypes)('the example Instance of $name becomes what expected.yaml says', async (type) => {
    const { stdout } = await rendered({
      type: type.name,
      api: type.instance.plural,
      required: exampleFile(flavour, 'required', type.name),
    });
    const expected = exampleFile(flavour, 'expected', type.name);
    await expect(stdout).toMatchFileSnapshot(new URL(expected, root).pathname);
  });

  test('and the same with the oldest Crossplane that is supported', async () => {
    const [newest, oldest] = [
      await rendered({ required }),
      await rendered({ required, engine: 'engine-2.3' }),
    ];
    expect(oldest.stdout).toBe(newest.stdout);
  });

  test('a Database composes nothing and says that no Instance has checked it', async () => {
    const { stdout } = await rendered({ api: 'databases', xr: database(), required });
    await expect(stdout).toMatchFileSnapshot(`expected/database-${flavour}.yaml`);
  });

  /** Rendered again with what was composed: with the binding of the probe's role, which exists by then. */
  const applied = async () => rendered({ required, observed: composed(await rendered({ required })) });

  test('a second render binds the role that the first composed, a third changes nothing', async () => {
    const [first, second] = [await rendered({ required }), await applied()];
    const known = new Set(composed(first).map(nameOf));
    const added = composed(second).filter((object) => !known.has(nameOf(object)));
    expect(added.map(({ kind }) => kind)).toEqual([
      flavour === 'claims' ? 'ClusterRoleBinding' : 'RoleBinding',
    ]);
    expect(composed(second).filter((object) => known.has(nameOf(object)))).toEqual(composed(first));
    const third = await rendered({ required, observed: composed(second) });
    expect(third.stdout).toBe(second.stdout);
  });

  test('rolled out, with both Databases reported as connected, it is ready', async () => {
    const first = await applied();
    const ready = await rendered({
      required: requiredObjects.map(connected),
      observed: composed(first).map(rolledOut),
    });
    expect(composed(ready)).toEqual(composed(first));
    expect(statusOf(ready)).toMatchObject({
      phase: 'Running',
      availableReplicas: 1,
      connectedResources: ['reports', 'shop'],
      resourceSummary: '2/2',
    });
    expect(conditionsOf(ready)).toMatchObject({ Ready: 'True', ResourcesConnected: 'True' });
  });

  test('a changed password changes the Secret and, for its revision, the pods', async () => {
    const first = await applied();
    const second = await rendered({
      required: requiredObjects.map((object) =>
        object.metadata.name === 'shop-db'
          ? { ...object, data: { username: 'dQ==', password: 'cA==' } }
          : object,
      ),
      observed: composed(first),
    });
    expect(composed(second).map(nameOf)).toEqual(composed(first).map(nameOf));
    const changed = composed(second).filter(
      (object, index) => !isDeepStrictEqual(object, composed(first)[index]),
    );
    expect(changed.map(nameOf).sort()).toEqual([
      'Deployment/sales',
      'Deployment/sales-probe',
      'Secret/sales-creds',
    ]);
    expect(changed.find(({ kind }) => kind === 'Secret')).toMatchObject({
      data: { 'credentials-revision': Buffer.from('2').toString('base64') },
    });
  });

  test('without anything required it composes what Crossplane may, and says what is missing', async () => {
    const { stdout } = await rendered({ flags: ['--include-function-results'] });
    await expect(stdout).toMatchFileSnapshot(`expected/nothing-required-${flavour}.yaml`);
  });

  test('a setting that does not parse is fatal: it is named, and nothing is composed', async () => {
    const misspelt = requiredObjects.map((object) =>
      object.kind === 'EnvironmentConfig' ? { ...object, data: { compose: { probez: true } } } : object,
    );
    const { code, stdout, stderr } = await render({ flavour, function: served.address, required: misspelt });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(
      'returned a fatal result: The EnvironmentConfig "function-mcp" is invalid: data.compose: Unrecognized key: "probez".',
    );
  });
});

test('the command in the README renders what expected.yaml says', async () => {
  const readme = await readFile(new URL('README.md', root), 'utf8');
  const [, command = ''] = /^crossplane composition render \\\n((?:.*\\\n)*.*)$/m.exec(readme) ?? [];
  const args = command.split(/[\s\\]+/).filter(Boolean);
  const { code, stderr, objects } = await runRender(served.address, 'engine', args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const flavour = flavours.find((each) => args.includes(exampleFile(each, 'xr'))) ?? 'claims';
  const expected = await readFile(new URL(exampleFile(flavour, 'expected'), root), 'utf8');
  expect(objects.filter(({ kind }) => kind !== 'Result')).toEqual(objectsIn(expected));
});

test('no value of a Secret is in the logs of the function', async () => {
  const secrets = (
    await Promise.all(
      flavours.map((flavour) => readFile(new URL(exampleFile(flavour, 'required'), root), 'utf8')),
    )
  )
    .flatMap(objectsIn)
    .filter(({ kind }) => kind === 'Secret');
  const values = secrets.flatMap(({ data }) => Object.values(data as Record<string, string>));
  const texts = values.flatMap((value) => [value, Buffer.from(value, 'base64').toString()]);
  expect(texts.length).toBeGreaterThan(0);
  expect(texts.filter((text) => served.logs().includes(text))).toEqual([]);
});

const nameOf = ({ kind, metadata }: KubeObject) => `${kind}/${metadata.name}`;

const rolledOut = (object: KubeObject) =>
  settledStatus({ ...object, metadata: { ...object.metadata, generation: 1 } }, 1);

/** The Database as its probe would report on it now; anything else as it is. */
const connected = (object: KubeObject): KubeObject => {
  if (!object.kind.endsWith('Database')) return object;
  const now = Date.now();
  return {
    ...object,
    status: {
      phase: 'Connected',
      reason: 'Connected',
      lastChecked: new Date(now).toISOString(),
      validUntil: new Date(now + 600_000).toISOString(),
      checkedSpec: specHash(DatabaseSpec.parse(object['spec'])),
    },
  };
};
