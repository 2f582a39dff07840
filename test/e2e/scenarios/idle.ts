import assert from 'node:assert/strict';
import { until } from '../../cluster/wait.ts';
import { healthy, installed } from '../install.ts';
import type { KubeObject } from '../kube.ts';
import { running, serveExample } from '../objects.ts';
import type { Scenario } from '../scenario.ts';

const windowMs = 150_000;
/** Twelve in ten minutes, and one for where the window begins. */
const most = Math.floor((12 * windowMs) / 600_000) + 1;

const runtime = (name: string): KubeObject => ({
  apiVersion: 'pkg.crossplane.io/v1beta1',
  kind: 'DeploymentRuntimeConfig',
  metadata: { name },
  spec: {
    deploymentTemplate: {
      spec: {
        selector: {},
        template: { spec: { containers: [{ name: 'package-runtime', args: ['function', '--debug'] }] } },
      },
    },
  },
});

export const idle: Scenario = {
  name: 'idle',
  title: 'An Instance at rest costs at most twelve calls of the function in ten minutes',
  async run({ kube, flavour, tenant }, { step, figure }) {
    const acme = await tenant('acme');
    const system = 'crossplane-system';
    const selector = `pkg.crossplane.io/function=${installed.function}`;
    const run = async (config: string, debug: boolean) => {
      await kube.patch('function.pkg', installed.function, undefined, {
        spec: { runtimeConfigRef: { name: config } },
      });
      const replaced = async () => {
        const pods = await kube.list('pods', system, selector);
        const args = pods.map(({ spec }) => JSON.stringify(spec.containers[0].args ?? []));
        return pods.length > 0 && args.every((each) => each.includes('--debug') === debug);
      };
      await until("the function's new pod", replaced, { seconds: 120 });
      await healthy(kube, flavour);
    };
    await kube.apply(runtime('function-mcp-e2e-debug'));
    try {
      await step('the function says each call, and the example runs', async () => {
        await run('function-mcp-e2e-debug', true);
        await serveExample(kube, acme);
      });
      await step(`${windowMs / 1000} s at rest`, async () => {
        const instance = await acme.composite('dbhubinstances', 'sales');
        const calls = async (since: string) => {
          const logs = await kube.kubectl(
            'logs',
            '-n',
            system,
            '-l',
            selector,
            '--tail=-1',
            `--since-time=${since}`,
          );
          const lines = logs.split('\n').filter((line) => line.includes('Answered a call'));
          return lines.filter((line) => JSON.parse(line).name === instance.metadata.name).length;
        };
        // At rest: no call for half of the steady TTL.
        const quiet = () => calls(new Date(Date.now() - 30_000).toISOString()).then((count) => count === 0);
        await until('rest', quiet, { seconds: 180, everyMs: 1000 });
        const began = Date.now();
        await until('the window', () => Date.now() - began > windowMs, { seconds: 300, everyMs: 1000 });
        const count = await calls(new Date(began).toISOString());
        figure(`calls in ${windowMs / 1000} s at rest`, String(count));
        assert.ok(count <= most, `${count} calls, at most ${most}`);
      });
      await running(kube, acme.namespace);
    } finally {
      await run('default', false);
      await kube.delete('deploymentruntimeconfig', 'function-mcp-e2e-debug');
    }
  },
};
