import { describe, expect, test } from 'vitest';
import { removeFolder, temporaryFolder } from '../../lab/process/server-process.ts';
import { serveInstance } from '../support/serve-instance.ts';
import { environmentConfig, instance, worldOf } from '../support/world.ts';
import { type Case, databases, kinds, settings, supplies, unusable } from './databases.ts';
import { descriptionsOf, executeSql, operationSets } from './policies.ts';

/** The tools of an Instance that serves this one Database, with what each says of itself. */
async function toolsOf(only: Case, allowedOperations: readonly string[]): Promise<Record<string, string>> {
  const claim = await temporaryFolder('function-mcp-claim');
  const world = worldOf(
    instance('namespaced', { defaultPolicy: { allowedOperations: [...allowedOperations] } }),
    [
      environmentConfig(settings),
      ...supplies,
      ...databases('namespaced', [only]).map((object) => ({
        ...object,
        metadata: { ...object.metadata, labels: { team: 'sales' } },
      })),
    ],
  );
  try {
    await using served = await serveInstance(world, { claims: { files: claim } });
    await using client = await served.connect();
    return descriptionsOf(await client.listTools());
  } finally {
    await removeFolder(claim);
  }
}

describe('one Database alone, whose tools bear no name', () => {
  test.concurrent.each(
    kinds.map((kind, index) => ({ ...kind, operations: operationSets[index % 15] ?? [] })),
  )('$name: $operations', async ({ operations, ...kind }) => {
    const tools = await toolsOf(kind, operations);
    expect(Object.keys(tools).sort()).toEqual(operations.toSorted());
    if (operations.includes('execute_sql'))
      expect(tools['execute_sql']).toBe(executeSql(kind, { allowedOperations: operations }));
  });
});

/** No pod is wanted for it, but one that runs and restarts meets this configuration. */
describe('one Database alone that is not usable', () => {
  const oneOfEach = unusable.filter(
    ({ reason }, index) => unusable.findIndex((other) => other.reason === reason) === index,
  );
  test.concurrent.each(oneOfEach)('$reason', async (only) => {
    const allowedOperations = ['execute_sql', 'search_objects'] as const;
    const tools = await toolsOf(only, allowedOperations);
    expect(Object.keys(tools).sort()).toEqual(allowedOperations);
    expect(tools['execute_sql']).toBe(executeSql(only, { allowedOperations: [...allowedOperations] }));
  });
});
