import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ensureTools, type Tools } from '../../lab/tools/build.ts';
import { packages, release, repository } from '../../scripts/lib/release.ts';
import { buildPackages, type Packages } from '../../scripts/package.ts';
import { freePort } from './free-port.ts';
import { type Image, type KubeDocument, openImage, packageDocuments } from './image.ts';

const registry = 'registry.example:5000';
const version = 'v7.8.9-test.1';
const directory = mkdtempSync(join(tmpdir(), 'function-mcp-packages-'));
let tools: Tools;
let built: Packages;

beforeAll(async () => {
  tools = await ensureTools();
  built = await buildPackages({ registry, version, builder: 'assemble', output: directory });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const kinds = (documents: KubeDocument[]) => documents.map(({ kind }) => kind).sort();
const ofKind = (documents: KubeDocument[], kind: string) =>
  documents.filter((document) => document.kind === kind);

describe('the Function package', () => {
  let image: Image;
  let documents: KubeDocument[];
  beforeAll(() => {
    image = openImage(built.function);
    documents = packageDocuments(image);
  });

  it('holds its metadata and the CRD of its Input, and nothing else', () => {
    expect(kinds(documents)).toEqual(['CustomResourceDefinition', 'Function']);
    expect(ofKind(documents, 'CustomResourceDefinition')[0]).toMatchObject({
      metadata: { name: 'inputs.mcp.tas.io' },
      spec: { group: 'mcp.tas.io', names: { kind: 'Input' }, versions: [{ name: 'v1beta1' }] },
    });
  });

  it('says what it can do and which Crossplane it needs', () => {
    expect(ofKind(documents, 'Function')[0]).toMatchObject({
      apiVersion: 'meta.pkg.crossplane.io/v1',
      metadata: { name: 'function-mcp' },
      spec: { crossplane: { version: '>=v2.3.0-0' }, capabilities: ['composition'] },
    });
  });

  it('is the runtime image too: same start, same user, same layers below its own', () => {
    const runtime = openImage(built.image);
    const { Labels, ...start } = image.config.config;
    const { Labels: runtimeLabels, ...runtimeStart } = runtime.config.config;
    expect(start).toEqual(runtimeStart);
    expect(Labels).toMatchObject({ ...runtimeLabels });
    expect(image.config.architecture).toBe(runtime.config.architecture);
    expect(image.layers.slice(0, 2).map(({ digest }) => digest)).toEqual(
      runtime.layers.map(({ digest }) => digest),
    );
  });
});

describe.each([
  { flavour: 'claims', name: 'configuration-mcp', api: 'apiextensions.crossplane.io/v1', claims: true },
  {
    flavour: 'namespaced',
    name: 'configuration-mcp-namespaced',
    api: 'apiextensions.crossplane.io/v2',
    claims: false,
  },
] as const)('the Configuration package, $flavour', ({ flavour, name, api, claims }) => {
  let documents: KubeDocument[];
  beforeAll(() => {
    documents = packageDocuments(openImage(built[flavour]));
  });

  it('holds one Composition per XRD, and nothing else', () => {
    const definitions = ofKind(documents, 'CompositeResourceDefinition');
    const compositions = ofKind(documents, 'Composition');
    expect(new Set(kinds(documents))).toEqual(
      new Set(['CompositeResourceDefinition', 'Composition', 'Configuration']),
    );
    expect(compositions).toHaveLength(definitions.length);
    expect(new Set(compositions.map(({ spec }) => spec.compositeTypeRef.kind))).toEqual(
      new Set(definitions.map(({ spec }) => spec.names.kind)),
    );
    for (const { apiVersion, spec } of definitions) {
      expect(apiVersion).toBe(api);
      expect(Boolean(spec.claimNames)).toBe(claims);
    }
  });

  it('serves the kinds that tenants write', () => {
    const served = ofKind(documents, 'CompositeResourceDefinition').map(
      ({ spec }) => (claims ? spec.claimNames : spec.names).kind,
    );
    expect(served).toEqual(expect.arrayContaining(['Database', 'DBHubInstance']));
  });

  it('depends on the Function at the registry and version that were asked for', () => {
    expect(ofKind(documents, 'Configuration')).toMatchObject([
      {
        metadata: { name },
        spec: {
          crossplane: { version: '>=v2.3.0-0' },
          dependsOn: [{ kind: 'Function', package: `${registry}/tas/function-mcp`, version: `>=${version}` }],
        },
      },
    ]);
  });

  it('calls the Function by the name that Crossplane gives to it', () => {
    const object = packages.function.replaceAll('/', '-');
    for (const { spec } of ofKind(documents, 'Composition')) {
      expect(spec.pipeline.map((step: { functionRef: { name: string } }) => step.functionRef.name)).toEqual([
        object,
      ]);
    }
  });
});

it('keeps the metadata files in step with package.json', () => {
  const planned = release();
  for (const file of ['package/crossplane.yaml', 'crossplane.yaml', 'crossplane-namespaced.yaml']) {
    const { kind, spec } = parse(readFileSync(join(repository, file), 'utf8'));
    expect(spec.crossplane.version, file).toBe(planned.crossplane);
    if (kind === 'Configuration') {
      expect(spec.dependsOn, file).toMatchObject([
        { package: `${planned.registry}/${packages.function}`, version: `>=${planned.version}` },
      ]);
    }
  }
});

it('goes through a registry by the real CLI, unchanged', async () => {
  const address = `127.0.0.1:${await freePort()}`;
  const store = join(directory, 'registry');
  mkdirSync(store);
  const server = spawn(tools.crane, ['registry', 'serve', '--address', address, '--disk', store], {
    stdio: 'ignore',
  });
  try {
    await expect
      .poll(
        () =>
          fetch(`http://${address}/v2/`).then(
            ({ ok }) => ok,
            () => false,
          ),
        { timeout: 20_000 },
      )
      .toBe(true);
    for (const flavour of ['function', 'claims', 'namespaced'] as const) {
      const target = `${address}/${packages[flavour]}:${version}`;
      execFileSync(tools.crossplane, ['xpkg', 'push', '--package-files', built[flavour], target], {
        stdio: 'pipe',
      });
      const config = JSON.parse(execFileSync(tools.crane, ['config', target]).toString());
      expect(config.config).toEqual(openImage(built[flavour]).config.config);
    }
  } finally {
    server.kill();
    await once(server, 'exit');
  }
});
