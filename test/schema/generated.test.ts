import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { generateFiles } from '../../src/generate/all.ts';
import type { Api } from '../../src/generate/api.ts';
import { runGenerate } from '../../src/generate/run-generate.ts';
import type { StructuralSchema } from '../../src/generate/structural.ts';
import { objectSchema, xrd } from '../../src/generate/xrd.ts';
import { cel } from '../../src/schema/fields.ts';
import { serverTypes } from '../../src/servers/registry.ts';
import { everyApi, nodes } from './apis.ts';

const root = new URL('../..', import.meta.url).pathname;

it('the committed files are the generated ones', async () => {
  const said: string[] = [];
  const code = await runGenerate(serverTypes, { out: root, check: true }, (line) => said.push(line));
  expect({ code, said }).toEqual({
    code: 0,
    said: [expect.stringMatching(/^\d+ generated files are current$/)],
  });
});

it('the order of generation does not depend on anything but the types', () => {
  expect([...generateFiles(serverTypes)]).toEqual([...generateFiles(serverTypes)]);
});

describe('the generate command', () => {
  async function tree() {
    const out = await mkdtemp(join(tmpdir(), 'generate-'));
    onTestFinished(() => rm(out, { recursive: true }));
    const run = async (check: boolean) => {
      const said: string[] = [];
      const code = await runGenerate(serverTypes, { out, check }, (line) => said.push(line));
      return { code, said };
    };
    const put = async (path: string, content: string) => {
      await mkdir(dirname(join(out, path)), { recursive: true });
      await writeFile(join(out, path), content);
    };
    return { out, run, put, read: (path: string) => readFile(join(out, path), 'utf8') };
  }

  it('writes what is missing, and then finds nothing to do', async () => {
    const { run } = await tree();
    const count = generateFiles(serverTypes).size;
    expect((await run(true)).said).toContain('missing: package/input/mcp.tas.io_inputs.yaml');
    expect((await run(false)).said).toContain(`${count} files generated, ${count} written, 0 removed`);
    expect(await run(true)).toEqual({ code: 0, said: [`${count} generated files are current`] });
    expect((await run(false)).said).toEqual([`${count} files generated, 0 written, 0 removed`]);
  });

  it('names what differs, what is missing and what is generated no more, and heals all of it', async () => {
    const { out, run, put, read } = await tree();
    await run(false);
    const input = await read('package/input/mcp.tas.io_inputs.yaml');
    await put('package/input/mcp.tas.io_inputs.yaml', `${input}# by hand\n`);
    await rm(join(out, 'docs/reference/input.md'));
    await put('apis/claims/gone/gone/definition.yaml', input);
    expect(await run(true)).toEqual({
      code: 1,
      said: [
        'differs: package/input/mcp.tas.io_inputs.yaml',
        'missing: docs/reference/input.md',
        'no longer generated: apis/claims/gone/gone/definition.yaml',
        'Run "npm run generate" and commit the result.',
      ],
    });
    expect((await run(false)).code).toBe(0);
    expect((await run(true)).code).toBe(0);
    await expect(read('apis/claims/gone/gone/definition.yaml')).rejects.toThrow('ENOENT');
  });

  it('leaves alone what it did not write', async () => {
    const { run, put, read } = await tree();
    await put('docs/reference/by-hand.md', '# Written by a person\n');
    await run(false);
    expect((await run(true)).code).toBe(0);
    expect(await read('docs/reference/by-hand.md')).toBe('# Written by a person\n');
  });
});

describe.each(everyApi)('$title', ({ api, flavour, schema }) => {
  it('says of every field what it is', () => {
    const silent = nodes(schema)
      .filter(({ path }) => !/(\[\]|\.\*)$/.test(path))
      .filter(({ schema: { description } }) => !description)
      .map(({ path }) => path);
    expect(silent).toEqual([]);
  });

  it('has the fields that its columns and its scale subresource name', () => {
    const { scale, columns } = api.kind;
    const types = new Map(nodes(schema).map((node) => [`.${node.path}`, node.schema.type]));
    for (const { jsonPath, type } of columns)
      expect([jsonPath, types.get(jsonPath)]).toEqual([jsonPath, type === 'date' ? 'string' : type]);
    if (!scale) return;
    expect([scale.spec, scale.status, scale.selector].map((path) => types.get(path))).toEqual([
      'integer',
      'integer',
      'string',
    ]);
  });

  it('is the kind that tenants write', () => {
    const { spec } = xrd(api, flavour);
    const tenant = 'claimNames' in spec ? spec.claimNames : spec.names;
    expect(tenant).toMatchObject({
      kind: api.kind.kind,
      shortNames: api.kind.shortNames,
      categories: ['mcp'],
    });
  });
});

it('both flavours have one tenant YAML: only the rules for claims differ', () => {
  const withoutRules = (schema: StructuralSchema) =>
    JSON.parse(
      JSON.stringify(schema, (key, value) => (key === 'x-kubernetes-validations' ? undefined : value)),
    );
  const claims = everyApi.filter(({ flavour }) => flavour === 'claims');
  const namespaced = everyApi.filter(({ flavour }) => flavour === 'namespaced');
  expect(claims.map(({ schema }) => withoutRules(schema))).toEqual(
    namespaced.map(({ schema }) => withoutRules(schema)),
  );
});

it('a Composition calls the function by the name that its package gets', () => {
  const files = generateFiles(serverTypes);
  expect(parse(files.get('apis/claims/dbhub/dbhubinstances/composition.yaml') ?? '')).toEqual({
    apiVersion: 'apiextensions.crossplane.io/v1',
    kind: 'Composition',
    metadata: {
      name: 'xdbhubinstances.dbhub.tas.io',
      labels: { 'app.kubernetes.io/name': 'dbhub', 'app.kubernetes.io/part-of': 'tas-mcp-servers' },
    },
    spec: {
      compositeTypeRef: { apiVersion: 'dbhub.tas.io/v1alpha1', kind: 'XDBHubInstance' },
      mode: 'Pipeline',
      pipeline: [
        {
          step: 'mcp',
          functionRef: { name: 'tas-function-mcp' },
          input: { apiVersion: 'mcp.tas.io/v1beta1', kind: 'Input' },
        },
      ],
    },
  });
});

describe('what Crossplane would drop or replace is refused', () => {
  const api = (spec: z.ZodObject, status = z.object({})): Api => ({
    type: 'thing',
    group: 'thing.tas.io',
    version: 'v1alpha1',
    role: 'resource',
    kind: {
      kind: 'Thing',
      plural: 'things',
      shortNames: [],
      description: 'A thing.',
      spec,
      status,
      columns: [],
    },
  });
  const field = z.boolean().optional();

  it.each<[string, Api, string]>([
    [
      'a field of spec that Crossplane has',
      api(z.object({ compositionRef: field })),
      'Thing.spec.compositionRef: Crossplane has a field with this name',
    ],
    [
      'a field of status that Crossplane has',
      api(z.object({}), z.object({ conditions: field })),
      'Thing.status.conditions: Crossplane has a field with this name',
    ],
    [
      'a keyword at the root of spec',
      api(z.object({ a: field }).meta({ minProperties: 1 })),
      'Thing.spec: Crossplane drops "minProperties" from the root of spec',
    ],
  ])('%s', (_, thing, message) => {
    expect(() => objectSchema(thing, 'claims')).toThrow(message);
  });

  it('but rules at the root of spec are kept', () => {
    const spec = z.object({ x: field }).meta(cel({ rule: 'has(self.x)', message: 'x is required' }));
    expect(objectSchema(api(spec), 'claims').properties?.['spec']?.['x-kubernetes-validations']).toHaveLength(
      1,
    );
  });
});
