import { expect, test } from 'vitest';
import { settle } from '../../../src/simulate/reconcile.ts';
import { run } from '../../support/handler.ts';
import { tenant, withSpec } from '../../support/world.ts';

interface Container {
  name: string;
  env?: { name: string; value?: string }[];
  ports?: { name: string }[];
  lifecycle?: { preStop?: { sleep?: { seconds: number } } };
}

test.each(['http', 'sse'])('over %s, no pod ends while a Service may lead there', async (transport) => {
  const { response } = await settle(run, withSpec(tenant('claims'), { transport }));
  const deployment = response.desired?.resources['deployment']?.resource as unknown as {
    spec: { template: { spec: { containers: Container[]; terminationGracePeriodSeconds: number } } };
  };
  const { containers, terminationGracePeriodSeconds } = deployment.spec.template.spec;
  const serving = containers.filter(({ ports }) => ports);
  expect(serving.length).toBe(transport === 'sse' ? 2 : 1);
  for (const { name, env, lifecycle } of serving) {
    // DBHub does it without help: test/servers/dbhub-end.test.ts
    if (name === 'dbhub') {
      expect(lifecycle).toBeUndefined();
      expect(env).toContainEqual({
        name: 'NODE_OPTIONS',
        value: expect.stringMatching(/--import=\/etc\/mcp\/last-requests\.mjs$/),
      });
      continue;
    }
    const seconds = lifecycle?.preStop?.sleep?.seconds ?? 0;
    // Nodes take some seconds, a query 15 by default; what then has to finish needs the rest of the grace period.
    expect(seconds).toBeGreaterThanOrEqual(15);
    expect(seconds).toBeLessThanOrEqual(terminationGracePeriodSeconds / 2);
  }
});
