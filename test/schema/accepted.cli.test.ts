import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse, stringify } from 'yaml';
import { apisOf } from '../../src/generate/api.ts';
import { serverTypes } from '../../src/servers/registry.ts';
import { crdcheck } from './crdcheck.ts';

const root = new URL('../..', import.meta.url).pathname;

it('Crossplane converts the XRDs, and the API server takes every CRD', async () => {
  const { code, stdout } = await crdcheck(join(root, 'apis'), join(root, 'package/input'));
  expect(stdout.replaceAll(root, '').split('\n')).toEqual(
    expect.arrayContaining(
      serverTypes.flatMap((type) =>
        apisOf(type).flatMap(({ kind: { plural }, group }) => [
          `apis/claims/${type.name}/${plural}/definition.yaml: CRD x${plural}.${group}`,
          `apis/claims/${type.name}/${plural}/definition.yaml: CRD ${plural}.${group}`,
          `apis/namespaced/${type.name}/${plural}/definition.yaml: CRD ${plural}.${group}`,
        ]),
      ),
    ),
  );
  expect(stdout).toContain('package/input/mcp.tas.io_inputs.yaml: CRD inputs.mcp.tas.io');
  expect(code).toBe(0);
});

describe('and it would say so if it did not', () => {
  const file = 'apis/namespaced/dbhub/databases/definition.yaml';
  // biome-ignore lint/suspicious/noExplicitAny: what is broken here has no type
  const broken = async (change: (xrd: any) => void) => {
    const folder = await mkdtemp(join(tmpdir(), 'crdcheck-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const xrd: unknown = parse(await readFile(join(root, file), 'utf8'));
    change(xrd);
    await writeFile(join(folder, 'definition.yaml'), stringify(xrd));
    const { code, stdout } = await crdcheck(folder);
    return { code, said: stdout.replaceAll(`${folder}/`, '') };
  };
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const specOf = (xrd: any) => xrd.spec.versions[0].schema.openAPIV3Schema.properties.spec;
  const at = 'CRD databases.dbhub.tas.io: spec.validation.openAPIV3Schema.properties[spec].properties';

  it.each<[string, Parameters<typeof broken>[0], string]>([
    [
      'a rule that is no CEL',
      (xrd) =>
        specOf(xrd).properties.host['x-kubernetes-validations'].push({ rule: 'self.size(', message: 'm' }),
      '.rule: Invalid value: {"Rule":"self.size("',
    ],
    [
      'a rule that costs too much',
      (xrd) => {
        const { description } = specOf(xrd).properties;
        description['x-kubernetes-validations'].push({ rule: "self.split(' ').all(a, self.contains(a))" });
        delete description.maxLength;
      },
      'estimated rule cost exceeds budget',
    ],
    [
      'a default that is not valid',
      (xrd) => (specOf(xrd).properties.sslMode.default = 'maybe'),
      `${at}[sslMode].default: Unsupported value: "maybe"`,
    ],
    ['a field of XRDs that does not exist', (xrd) => (xrd.spec.claims = []), 'unknown field "claims"'],
    [
      'claims in a v2 XRD',
      (xrd) => (xrd.spec.claimNames = xrd.spec.names),
      'claims are not supported in apiextensions.crossplane.io/v2',
    ],
  ])('%s', async (_, change, message) => {
    const { code, said } = await broken(change);
    expect(said).toContain(message);
    expect(code).toBe(1);
  });
});
