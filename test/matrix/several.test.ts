import { expect, test } from 'vitest';
import { removeFolder, temporaryFolder } from '../../lab/process/server-process.ts';
import { flavours } from '../../src/contract/flavour.ts';
import { serveInstance } from '../support/serve-instance.ts';
import { environmentConfig, instance, worldOf } from '../support/world.ts';
import { databases, kinds, settings, supplies, unusable, wishes } from './databases.ts';
import { descriptionsOf, executeSql, operationSets, type Policy } from './policies.ts';

const combinations: Omit<Policy, 'allowedOperations'>[] = [
  {},
  { readOnly: true },
  { readOnly: false },
].flatMap((readonly) =>
  [{}, { maxRows: 1 }, { maxRows: 100_000 }].map((maxRows) => ({ ...readonly, ...maxRows })),
);

/** The sets with `execute_sql`, to which alone the rest of a policy matters, go through every combination of it. */
const writing = operationSets.filter((set) => set.includes('execute_sql'));
const policies: Policy[] = [
  ...operationSets
    .filter((set) => !writing.includes(set))
    .map((allowedOperations) => ({ allowedOperations })),
  ...combinations.map((combination, index) => ({
    ...combination,
    allowedOperations: writing[index % writing.length] ?? [],
  })),
  { allowedOperations: ['health_check', 'execute_sql', 'health_check', 'execute_sql'] },
];

const cases = [
  ...kinds.flatMap((kind) =>
    wishes.map((wish, index) => ({
      ...kind,
      name: `${kind.name}-${index}`,
      spec: { ...kind.spec, ...wish },
    })),
  ),
  ...unusable,
];

test.for(policies.map((policy, index) => ({ ...policy, policy, flavour: flavours[index % 2] ?? 'claims' })))(
  '$allowedOperations, readOnly $readOnly, maxRows $maxRows ($flavour)',
  async ({ policy, flavour }) => {
    const claim = await temporaryFolder('function-mcp-claim');
    const world = worldOf(instance(flavour, { resourceSelector: {}, defaultPolicy: { ...policy } }), [
      environmentConfig(settings),
      ...supplies,
      ...databases(flavour, cases),
      ...databases(flavour, [{ name: 'invalid', type: 'postgres', spec: { type: 'db2' } }]),
    ]);
    await using served = await serveInstance(world, { claims: { files: claim } });
    await using client = await served.connect();
    const tools = descriptionsOf(await client.listTools());
    await removeFolder(claim);

    const ids = cases.map(({ name }) => name.replaceAll('-', '_'));
    const operations = [...new Set(policy.allowedOperations)];
    const names = operations.flatMap((operation) => ids.map((id) => `${operation}_${id}`));
    expect(Object.keys(tools).sort()).toEqual(names.sort());
    if (!policy.allowedOperations.includes('execute_sql')) return;
    expect(cases.map((_, index) => tools[`execute_sql_${ids[index]}`])).toEqual(
      cases.map((each, index) => executeSql(each, policy, ids[index])),
    );
  },
);

test('nothing that the API accepts is missing from the matrix', () => {
  const modes: Record<string, string[]> = {};
  for (const { type, spec } of kinds) {
    const mode = `${spec['sslMode'] as string}${spec['caRef'] ? ' with a CA' : ''}`;
    modes[type] = [...new Set([...(modes[type] ?? []), mode])];
  }
  expect(modes).toEqual({
    postgres: [
      'disable',
      'require',
      'verify-ca',
      'verify-ca with a CA',
      'verify-full',
      'verify-full with a CA',
    ],
    mysql: ['disable', 'require'],
    mariadb: ['disable', 'require'],
    sqlserver: ['disable', 'require'],
    sqlite: ['disable', 'require'],
    oracle: ['disable', 'require', 'verify-full'],
  });
  expect(new Set(policies.map(({ allowedOperations }) => allowedOperations)).size).toBe(16);
});
