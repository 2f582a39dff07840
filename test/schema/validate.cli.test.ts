import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { flavours } from '../../src/contract/flavour.ts';
import { everyApi, nodes } from './apis.ts';
import { type Verdict, validate } from './crossplane-validate.ts';

const examples = new URL('../../examples', import.meta.url).pathname;

const load = async (name: string) =>
  parseAllDocuments(await readFile(new URL(name, import.meta.url), 'utf8')).map(
    (document) => document.toJS() as { kind: string; metadata: { name: string }; spec: object },
  );

const messages = (verdicts: readonly Verdict[]) =>
  verdicts
    .map(({ kind, name, errors }) => `${kind} ${name}\n${errors.map((e) => `  ${e}\n`).join('')}`)
    .join('');

describe.each(flavours)('crossplane resource validate, %s flavour', (flavour) => {
  it('accepts what is right', async () => {
    const objects = [
      ...(await load('valid.yaml')),
      ...(flavour === 'namespaced' ? await load('invalid-claims.yaml') : []),
    ];
    const verdicts = await validate(flavour, objects);
    expect(verdicts.filter(({ valid }) => !valid)).toEqual([]);
  });

  it('accepts the examples, which are one YAML for both flavours', async () => {
    const files = globSync('*/*tenant.yaml', { cwd: examples }).sort();
    const objects = (await Promise.all(files.map((file) => load(join(examples, file))))).flat();
    expect(objects.map(({ kind }) => kind)).toContain('DBHubInstance');
    expect((await validate(flavour, objects)).filter(({ valid }) => !valid)).toEqual([]);
  });

  it('refuses what is wrong, in words that say what is accepted', async () => {
    const objects = [
      ...(await load('invalid.yaml')),
      ...(flavour === 'claims' ? await load('invalid-claims.yaml') : []),
    ];
    const verdicts = await validate(flavour, objects);
    expect(verdicts.filter(({ valid }) => valid)).toEqual([]);
    await expect(messages(verdicts)).toMatchFileSnapshot(`expected/invalid-${flavour}.txt`);
    const rules = everyApi
      .filter((every) => every.flavour === flavour)
      .flatMap(({ schema }) =>
        nodes(schema).flatMap((node) => node.schema['x-kubernetes-validations'] ?? []),
      );
    const said = messages(verdicts);
    expect(rules.map(({ message }) => message).filter((message) => !said.includes(message))).toEqual([]);
  });
});

it('in the claims flavour the XR of the longest name is accepted, and no longer one', async () => {
  const named = (kind: string, length: number) => ({
    apiVersion: 'dbhub.tas.io/v1alpha1',
    kind,
    metadata: { name: 'a'.repeat(length) },
    spec: {},
  });
  const verdicts = await validate('claims', [
    named('DBHubInstance', 50),
    named('DBHubInstance', 51),
    named('XDBHubInstance', 56),
    named('XDBHubInstance', 57),
  ]);
  expect(verdicts.map(({ valid }) => valid)).toEqual([true, false, true, false]);
});
