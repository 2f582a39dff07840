import type { RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/contract/kube.ts';
import { type RunFunction, reconcile, settle, type World } from '../../../src/simulate/reconcile.ts';
import { run as atNow } from '../../support/handler.ts';
import { difference, toYaml } from '../../support/readable.ts';
import { leaksIn, outsideOfSecret } from '../../support/secrets.ts';
import { type Flavour, tenant, withSpec } from '../../support/world.ts';

/** A change to a world that has come to rest, and the file with the whole difference that it makes. */
export interface Case {
  reason: string;
  args: (settled: World, flavour: Flavour) => World;
  /** Name of a file in `expected/`; `want.claims` beside it where the flavours differ. */
  want: string;
  run?: RunFunction;
}

/** What the tables begin with. */
export interface Start {
  world?: (flavour: Flavour) => World;
  /** Fields of the Instance's spec. */
  spec?: Record<string, Json>;
  flavours?: readonly Flavour[];
}

/**
 * Runs a table of cases: each changes a world that has come to rest, and the next answer as a whole is held
 * against the one before. The answer of the world at rest stands in full in `expected/at-rest.*.yaml`.
 */
export const table = (group: string, cases: readonly Case[], start: Start = {}): void => {
  const { world = tenant, spec = {}, flavours = ['namespaced', 'claims'] } = start;
  describe.each(flavours)('%s', (flavour) => {
    test.each(cases)('$want: $reason', async ({ reason, args, want, run = atNow }) => {
      const before = await settle(atNow, withSpec(world(flavour), spec));
      const changed = args(before.world, flavour);
      const { response } = await reconcile(run, changed);
      expect(leaksIn(outsideOfSecret(response), secretsIn(changed)), 'no secret shows').toStrictEqual([]);
      const own =
        flavour === 'claims'
          ? alike(difference(before.response, response))
          : difference(before.response, response);
      await expect(own, reason).toMatchFileSnapshot(`expected/${group}/${want}.diff`);
    });
  });
};

/** The text of every value in the Secrets of a world, except certificates, which are not secret. */
const secretsIn = ({ objects, observed }: World): string[] =>
  [...objects, ...Object.values(observed)]
    .filter(({ kind }) => kind === 'Secret')
    .flatMap((object) => Object.values(object['data'] as Record<string, string>))
    .map((value) => Buffer.from(value, 'base64').toString())
    .filter((text) => !text.includes('CERTIFICATE'));

/** A difference in the claims flavour in the words of the namespaced one, so that one file holds for both. */
const alike = (text: string): string =>
  text
    .replaceAll(/X(Database|DBHubInstance)/g, '$1')
    .replaceAll('xdatabases', 'databases')
    .replaceAll(/("crossplane.io\/claim-namespace":"tas-acme")(.*?)\}\}/g, '$2}},"namespace":"tas-acme"')
    .replaceAll('Database/?crossplane.io/claim-namespace=tas-acme', 'Database/tas-acme/?')
    .replaceAll('?&', '?')
    .replaceAll(/"([a-z]+)-[0-9a-f]{5}"/g, '"$1"')
    .replaceAll(/(: [a-z]+)-[0-9a-f]{5}$/gm, '$1')
    .replaceAll('probe-role-cluster', 'probe-role')
    .replaceAll(/function-mcp-probe-dbhub-sales-[0-9a-f]{5}/g, 'sales-probe')
    .replaceAll(/ClusterRole(Binding)?\/sales/g, 'Role$1/tas-acme/sales')
    .replaceAll(
      /"ClusterRole(Binding)?","matchName":"sales-probe"/g,
      '"Role$1","matchName":"sales-probe","namespace":"tas-acme"',
    );

/** Holds a whole answer against a file. */
export const expectWhole = async (
  response: RunFunctionResponse,
  file: string,
  reason: string,
): Promise<void> => {
  await expect(toYaml(response), reason).toMatchFileSnapshot(`expected/${file}.yaml`);
};
