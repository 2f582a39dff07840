import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { flavours } from '../../src/contract/flavour.ts';
import { serverTypes } from '../../src/servers/registry.ts';
import { everyApi, nodes } from './apis.ts';
import { type Verdict, validate } from './crossplane-validate.ts';
import { written } from './objects.ts';

const examples = new URL('../../examples', import.meta.url).pathname;

const messages = (verdicts: readonly Verdict[]) =>
  verdicts
    .map(({ kind, name, errors }) => `${kind} ${name}\n${errors.map((e) => `  ${e}\n`).join('')}`)
    .join('');

const cases = serverTypes.flatMap(({ name, instance }) =>
  flavours.map((flavour) => ({ type: name, flavour, instance: instance.kind })),
);

describe.each(cases)(
  'crossplane resource validate, $type in the flavour $flavour',
  ({ type, flavour, instance }) => {
    it('accepts what is right', async () => {
      const objects = [
        ...(await written(`${type}/valid.yaml`)),
        ...(flavour === 'namespaced' ? await written(`${type}/invalid-claims.yaml`) : []),
      ];
      const verdicts = await validate(flavour, objects);
      expect(verdicts.filter(({ valid }) => !valid)).toEqual([]);
    });

    it('accepts the examples, which are one YAML for both flavours', async () => {
      const files = ['tenant.yaml', 'second-tenant.yaml'].map((file) => join(examples, type, file));
      const objects = (await Promise.all(files.map(written))).flat();
      expect(objects.map(({ kind }) => kind)).toContain(instance);
      expect((await validate(flavour, objects)).filter(({ valid }) => !valid)).toEqual([]);
    });

    it('refuses what is wrong, in words that say what is accepted', async () => {
      const objects = [
        ...(await written(`${type}/invalid.yaml`)),
        ...(flavour === 'claims' ? await written(`${type}/invalid-claims.yaml`) : []),
      ];
      const verdicts = await validate(flavour, objects);
      expect(verdicts.filter(({ valid }) => valid)).toEqual([]);
      await expect(messages(verdicts)).toMatchFileSnapshot(`${type}/expected-${flavour}.txt`);
      const rules = everyApi
        .filter((every) => every.flavour === flavour && every.api.type === type)
        .flatMap(({ schema }) =>
          nodes(schema).flatMap((node) => node.schema['x-kubernetes-validations'] ?? []),
        );
      const said = messages(verdicts);
      expect(rules.map(({ message }) => message).filter((message) => !said.includes(message))).toEqual([]);
    });
  },
);

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
