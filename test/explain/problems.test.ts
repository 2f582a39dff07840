import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { removeFolder, temporaryFolder } from '../../lab/process/server-process.ts';
import type { Explanation } from '../../src/explain/explanation.ts';
import { metadataSchema } from '../../src/explain/known-kinds.ts';
import { type Path, pathText, unknownFields } from '../../src/explain/unknown-fields.ts';
import { apisOf } from '../../src/generate/api.ts';
import type { StructuralSchema } from '../../src/generate/structural.ts';
import { objectSchema } from '../../src/generate/xrd.ts';
import { maxLeftOut } from '../../src/servers/api/api-policy.ts';
import { serverTypes } from '../../src/servers/registry.ts';
import { run } from './run.ts';

const namespace = 'tas-acme';
const api = 'dbhub.tas.io/v1alpha1';
const instance = (metadata: object = {}, spec: object = {}) => ({
  apiVersion: api,
  kind: 'DBHubInstance',
  metadata: { name: 'hub', namespace, ...metadata },
  spec,
});
const database = (metadata: object = {}, spec: object = {}) => ({
  apiVersion: api,
  kind: 'Database',
  metadata: { name: 'shop', namespace, ...metadata },
  spec: {
    type: 'postgres',
    host: 'shop.example.com',
    database: 'shop',
    credentialsRef: { name: 'shop-db' },
    ...spec,
  },
});
const secret = (metadata: object = {}, rest: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'shop-db', namespace, ...metadata },
  stringData: { username: 'reader', password: 'c4nary' },
  ...rest,
});

const yaml = (...objects: object[]): string => objects.map((object) => stringify(object)).join('---\n');

/** Runs explain on objects in one text, with JSON and as a page. */
const explained = async (...objects: object[]) => {
  const stdin = yaml(...objects);
  const { code, out, err } = await run(['-'], { stdin, json: true });
  const page = await run(['-'], { stdin, width: 400 });
  expect(page.code).toBe(code);
  return { code, err, page: page.out, ...(JSON.parse(out) as Explanation) };
};

const found = ({ problems }: Explanation) =>
  problems.map(({ at, kind, field, reason }) => `${at} ${kind} ${field} ${reason}`);

it('finds nothing wrong in valid objects', async () => {
  const { code, problems, page, instances } = await explained(instance(), database(), secret());
  expect({ code, problems, outlook: instances[0]?.outlook }).toEqual({
    code: 0,
    problems: [],
    outlook: 'Running when its pods are ready',
  });
  expect(page).not.toContain('Problems in the files');
});

describe('unknown fields', () => {
  it.each([
    [{ sslmode: 'disable' }, 'spec.sslmode', 'spec.sslMode'],
    [{ usernameKey: 'user' }, 'spec.usernameKey', 'spec.credentialsRef.userKey'],
    [
      { credentialsRef: { name: 'shop-db', usernameKey: 'username' } },
      'spec.credentialsRef.usernameKey',
      'spec.credentialsRef.userKey',
    ],
    [{ maxRow: 5 }, 'spec.maxRow', 'spec.maxRows'],
    [{ qurey_timeout: 5 }, 'spec.qurey_timeout', 'spec.queryTimeout'],
  ])('%j is reported, with the nearest field', async (spec, field, nearest) => {
    const all = await explained(instance(), database({}, spec), secret());
    expect(all.code).toBe(1);
    expect(all.problems).toMatchObject([{ field, reason: 'UnknownField', name: 'shop', kind: 'Database' }]);
    expect(all.problems[0]?.message).toBe(`Unknown field. Did you mean ${nearest}?`);
    expect(all.page).toContain(`${field}: Unknown field. Did you mean ${nearest}?`);
    expect(all.page).toContain('yes (UnknownField)');
    expect(all.page).toContain('kubectl refuses an object with an unknown field.');
  });

  it('names file and line, at any depth, also in lists, JSON, Lists and merged keys', async () => {
    const stdin = `apiVersion: ${api}
kind: DBHubInstance
metadata: {name: hub, namespace: tas-acme, lables: {}}
spec:
  tolerations:
    - key: pool
      efect: NoSchedule
  resources:
    limits: {cpu: 1}
    limit: {cpu: 1}
specs: {}
---
apiVersion: v1
kind: List
items:
  - {apiVersion: ${api}, kind: Database, metadata: {name: a}, spec: {type: postgres, host: h, database: d, credentialsRef: {name: n}}}
  - apiVersion: ${api}
    kind: Database
    metadata: {name: b}
    spec: &spec {type: postgres, host: h, database: d, credentialsRef: {name: n}, hosts: x}
  - apiVersion: ${api}
    kind: Database
    metadata: {name: c}
    spec:
      <<: *spec
`;
    const { out } = await run(['-'], { stdin, json: true });
    expect(found(JSON.parse(out))).toEqual([
      '<stdin>:3 DBHubInstance metadata.lables UnknownField',
      '<stdin>:7 DBHubInstance spec.tolerations[0].efect UnknownField',
      '<stdin>:10 DBHubInstance spec.resources.limit UnknownField',
      '<stdin>:11 DBHubInstance specs UnknownField',
      '<stdin>:20 Database spec.hosts UnknownField',
      '<stdin>:24 Database spec.hosts UnknownField',
    ]);
  });

  it('are found in every object of every schema, and every misspelt field is recognised', () => {
    let places = 0;
    for (const type of serverTypes) {
      for (const each of apisOf(type)) {
        const schema: StructuralSchema = {
          type: 'object',
          properties: {
            metadata: metadataSchema,
            spec: objectSchema(each, 'namespaced').properties?.['spec'] ?? {},
          },
        };
        for (const { path, names } of objectsIn(schema)) {
          places++;
          const one = unknownFields(valueAt([...path, 'zzzzzzzzzz']), schema);
          expect(one.map((field) => pathText(field.path))).toEqual([pathText([...path, 'zzzzzzzzzz'])]);
          expect(one[0]?.nearest).toBeUndefined();
          for (const name of names.filter(({ length }) => length > 5)) {
            const swapped = `${name.slice(0, 2)}${name[3]}${name[2]}${name.slice(4)}`;
            for (const misspelt of [`${name}x`, name.slice(0, -1), name.toUpperCase(), swapped]) {
              if (names.includes(misspelt)) continue;
              const [unknown] = unknownFields(valueAt([...path, misspelt]), schema);
              const nearest = unknown?.nearest?.split('.').at(-1)?.toLowerCase();
              const near = names.map((each) => each.toLowerCase());
              expect({ misspelt, nearest, known: near.includes(nearest ?? '') }).toEqual({
                misspelt,
                nearest,
                known: true,
              });
            }
          }
        }
      }
    }
    expect(places).toBeGreaterThan(50);
  });

  it('of Secrets and ConfigMaps are reported without text that may be a secret', async () => {
    const { problems, page } = await explained(
      instance(),
      database(),
      secret({}, { stringdata: { a: 'b' }, 'c4nary-7f3a9': 'x', immutabel: true }),
    );
    expect(problems.map(({ field, message }) => [field, message])).toEqual([
      ['stringdata', 'Unknown field. Did you mean stringData?'],
      ['', 'Unknown field. Known fields: apiVersion, kind, metadata, type, immutable, data, stringData.'],
      ['immutabel', 'Unknown field. Did you mean immutable?'],
    ]);
    expect(page).not.toContain('c4nary');
  });

  it('are not reported for fields of Crossplane, Kubernetes and kinds that are not known', async () => {
    const { problems } = await explained(
      {
        ...instance(
          { uid: 'u', managedFields: [], annotations: { 'a.b/c': 'd' } },
          { crossplane: { compositionRef: { name: 'x' } }, compositionRef: { name: 'x' } },
        ),
        status: { whatever: 1 },
      },
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'x' }, spec: { any: 1 } },
      { apiVersion: 'example.com/v1', kind: 'Secret', metadata: { name: 'x' }, spec: { any: 1 } },
    );
    expect(problems).toEqual([]);
  });
});

/** Every object in a schema: where it is, and its fields. */
const objectsIn = (schema: StructuralSchema, path: Path = []): { path: Path; names: string[] }[] => {
  const { properties, items, additionalProperties } = schema;
  if (items) return objectsIn(items, [...path, 0]);
  if (additionalProperties) return objectsIn(additionalProperties, [...path, 'any']);
  if (!properties || schema['x-kubernetes-preserve-unknown-fields']) return [];
  return [
    { path, names: Object.keys(properties) },
    ...Object.entries(properties).flatMap(([name, property]) => objectsIn(property, [...path, name])),
  ];
};

/** A value that has nothing but one path. */
const valueAt = (path: Path): unknown =>
  path.reduceRight<unknown>((value, key) => (typeof key === 'number' ? [value] : { [key]: value }), 1);

describe('names that the API server refuses', () => {
  const long = 'a'.repeat(51);
  it.each<[object, string]>([
    ...['Shop', 'shop_db', '-a', 'a-', 'a..b', 'a b', 'é', 'a'.repeat(254)].map((name): [object, string] => [
      database({ name }),
      'metadata.name',
    ]),
    ...['Shop_db', 'a/b', '.', 'a'.repeat(254)].map((name): [object, string] => [
      secret({ name }),
      'metadata.name',
    ]),
    ...['Hub', '1hub', 'hub.a', 'hub-', long].map((name): [object, string] => [
      instance({ name }),
      'metadata.name',
    ]),
    [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a_b' } }, 'metadata.name'],
    [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a.b' } }, 'metadata.name'],
    [{ apiVersion: 'v1', kind: 'Service', metadata: { name: '1a' } }, 'metadata.name'],
    ...['Tas', 'a.b', 'a'.repeat(64)].map((space): [object, string] => [
      database({ namespace: space }),
      'metadata.namespace',
    ]),
    [database({ labels: { 'a b': 'x' } }), 'metadata.labels.a b'],
    [database({ labels: { 'A_.b/c': 'x' } }), 'metadata.labels.A_.b/c'],
    [database({ labels: { 'a/b/c': 'x' } }), 'metadata.labels.a/b/c'],
    [database({ labels: { [`a/${'b'.repeat(64)}`]: 'x' } }), `metadata.labels.a/${'b'.repeat(64)}`],
    [database({ labels: { a: 'x y' } }), 'metadata.labels.a'],
    [database({ labels: { a: '-x' } }), 'metadata.labels.a'],
    [database({ labels: { a: 'x'.repeat(64) } }), 'metadata.labels.a'],
    [database({ labels: { a: true } }), 'metadata.labels.a'],
    [database({ annotations: { a: 1 } }), 'metadata.annotations.a'],
    [secret({}, { data: { a: 'no base64!' } }), 'data'],
    [secret({}, { stringData: { 'a b': 'x' } }), 'stringData'],
    [secret({}, { stringData: { a: 1 } }), 'stringData'],
    [database({}, { type: 'postgresql' }), 'spec.type'],
    [database({}, { host: 'a_b' }), 'spec.host'],
    [database({}, { maxRows: 0 }), 'spec.maxRows'],
    [database({}, { type: 'mysql', sslMode: 'verify-full' }), 'spec'],
    [instance({}, { replicas: 'many' }), 'spec.replicas'],
  ])('%j: %s', async (object, field) => {
    const all = await explained(object);
    expect(all.problems).toMatchObject([{ field, reason: 'Invalid' }]);
    expect(all.problems[0]?.message).not.toBe('');
    expect(all.page).toContain('Problems in the files: 1');
    expect(all.code).toBeGreaterThan(0);
    expect(all.usable).toBe(false);
    expect(all.page).not.toContain('c4nary');
  });

  it('accepts what the API server accepts', async () => {
    const { problems } = await explained(
      database({ name: '1.a-b.c', labels: { 'a.b-c/D_e.f': '', a: 'A_1.b' } }),
      instance({ name: 'a'.repeat(50) }),
      secret({ annotations: { 'Example.com/a': 'any text: {}' } }, { data: { 'a_B.c': 'YQ==' } }),
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'Role',
        metadata: { name: 'system:a' },
      },
    );
    expect(problems).toEqual([]);
  });

  it('marks a selected Resource as not usable', async () => {
    const all = await explained(instance(), database({ name: 'shop_db' }), database(), secret());
    expect(all.instances[0]).toMatchObject({
      usable: false,
      outlook: 'Degraded: 1 of 2 Resources cannot be used',
    });
    expect(all.page).toContain('no (RefusedByAPIServer)');
  });
});

describe('every error in one run', () => {
  const withFiles = async (files: Record<string, string>, json: boolean) => {
    const folder = await temporaryFolder('function-mcp-explain');
    try {
      await mkdir(folder, { recursive: true });
      for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
      const { code, out, err } = await run([folder, join(folder, 'missing.yaml')], { json, width: 400 });
      return { code, out: out.replaceAll(`${folder}/`, ''), err: err.replaceAll(`${folder}/`, '') };
    } finally {
      await removeFolder(folder);
    }
  };
  const files = {
    'broken.yaml': `${yaml(secret())}---\na: "x\n`,
    'invalid.yaml': yaml(database({}, { type: 'postgre', ssl: true }), database({ name: 'B' })),
    'kinds.yaml': yaml({ ...database(), kind: 'Databse' }),
    'settings.yaml': yaml({
      apiVersion: 'apiextensions.crossplane.io/v1beta1',
      kind: 'EnvironmentConfig',
      metadata: { name: 'function-mcp' },
      data: { compose: { probes: 'perhaps' } },
    }),
  };
  const errors = [
    'broken.yaml:11: not valid YAML: a quote, bracket or colon is missing',
    'missing.yaml: cannot be read: it does not exist',
    'kinds.yaml:1: there is no Databse in dbhub.tas.io/v1alpha1: dbhub.tas.io/v1alpha1 has Database and DBHubInstance',
  ];
  const problems = [
    'invalid.yaml:7 Database spec.type Invalid',
    'invalid.yaml:12 Database spec.ssl UnknownField',
    'invalid.yaml:17 Database metadata.name Invalid',
    'settings.yaml:5 EnvironmentConfig data Invalid',
  ];

  it.each<[string, Record<string, string>, number]>([
    ['no Instance', {}, 0],
    ['an invalid Instance', { 'instance.yaml': yaml(instance({}, { replicas: 'many' })) }, 1],
    ['an Instance with an invalid name', { 'instance.yaml': yaml(instance({ name: 'HUB' })) }, 1],
  ])('with %s', async (_, more, count) => {
    const { code, out, err } = await withFiles({ ...files, ...more }, true);
    const all = JSON.parse(out) as Explanation;
    expect(code).toBe(2);
    expect(all.errors).toEqual(errors);
    expect(err).toBe(errors.map((error) => `explain: ${error}\n`).join(''));
    expect(found(all)).toEqual(expect.arrayContaining(problems));
    expect(all.problems).toHaveLength(problems.length + count);
    expect(all.instances).toHaveLength(count);
    const page = await withFiles({ ...files, ...more }, false);
    expect(page.code).toBe(2);
    expect(page.err).toBe(err);
    expect(page.out).toContain(`Problems in the files: ${problems.length + count}`);
    if (count > 0) expect(page.out).toContain('Some files or objects could not be read');
  });
});

describe('the state that an Instance will have', () => {
  const outlook = async (...objects: object[]) => {
    const { instances, page } = await explained(...objects);
    expect(page).toContain(`hub in tas-acme: ${instances[0]?.outlook}\n`);
    return instances[0]?.outlook;
  };
  const lost = (name: string) => database({ name }, { credentialsRef: { name: 'nowhere' } });

  it.each<[string, object[]]>([
    ['Running when its pods are ready', [instance(), database(), secret()]],
    ['Degraded: 2 of 3 Resources cannot be used', [instance(), database(), secret(), lost('a'), lost('b')]],
    ['Pending: no Resource is selected, so no pod runs', [instance()]],
    ['Pending: no Resource can be used, so no pod runs', [instance(), lost('a')]],
    [
      'Pending: the bearer token is missing, so no pod runs',
      [instance({}, { authTokenRef: { name: 'x' } }), database(), secret()],
    ],
    ['Pending: replicas is 0, so no pod runs', [instance({}, { replicas: 0 }), database(), secret()]],
    ['not rendered (NotAllowed)', [instance({}, { image: 'evil.example/x' })]],
    ['not rendered, because the API server refuses the Instance', [instance({}, { replicas: -1 })]],
  ])('%s', async (sentence, objects) => {
    expect(await outlook(...objects)).toBe(sentence);
  });
});

it('counts ignored objects in English', async () => {
  const kinds = ['Pod', 'Pod', 'Ingress', 'Ingress', 'Policy', 'Policy', 'Gateway', 'Gateway', 'Node'];
  const { notes } = await explained(
    instance(),
    ...kinds.map((kind, index) => ({ apiVersion: 'x/v1', kind, metadata: { name: `n${index}` } })),
  );
  expect(notes).toEqual(['Ignored: 2 Gateways, 2 Ingresses, 2 Pods, 2 Policies, Node.']);
});

describe('operations that are left out', () => {
  const count = 60;
  const reason = /^op\d+: its body is text\/csv, which a tool cannot write$/;
  const document = {
    openapi: '3.0.3',
    info: { title: 't', version: '1' },
    paths: {
      '/ok': { get: { operationId: 'ok', responses: {} } },
      ...Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `/x${index}`,
          {
            post: {
              operationId: `op${index}`,
              requestBody: { required: true, content: { 'text/csv': {} } },
              responses: {},
            },
          },
        ]),
      ),
    },
  };
  const objects = [
    {
      apiVersion: 'api.tas.io/v1alpha1',
      kind: 'APIMCPInstance',
      metadata: { name: 'apis', namespace },
      spec: { defaultPolicy: { readOnly: false } },
    },
    {
      apiVersion: 'api.tas.io/v1alpha1',
      kind: 'APIEndpoint',
      metadata: { name: 'shop', namespace },
      spec: {
        baseUrl: 'https://shop.example.com',
        readOnly: false,
        openapi: { configMap: 'doc' },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'doc', namespace },
      data: { 'openapi.json': JSON.stringify(document) },
    },
  ];

  it('are all in JSON and in --full, and as many as fit in the status', async () => {
    const { instances, page } = await explained(...objects);
    const [resource] = instances[0]?.selected ?? [];
    expect(resource?.leftOut).toHaveLength(count);
    for (const sentence of resource?.leftOut ?? []) expect(sentence).toMatch(reason);
    expect(page).toContain(`Left out: ${count}\n`);
    expect(page).toContain('… 55 more, shown by --full');
    const { out } = await run(['-'], { stdin: yaml(...objects), full: true });
    expect(out.match(/^ {4}op\d+: its body is text\/csv, which a tool cannot write$/gm)).toHaveLength(count);
    const status = String(resource?.policy['leftOut']);
    expect(Buffer.byteLength(status)).toBeLessThanOrEqual(maxLeftOut);
    expect(status).toMatch(/; \d+ more, which explain --full shows$/);
    const shown = status.split('; ').length - 1;
    expect(shown).toBeGreaterThan(15);
    expect(status).toContain(`; ${count - shown} more`);
  });
});
