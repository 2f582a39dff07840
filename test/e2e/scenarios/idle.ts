import assert from 'node:assert/strict';
import { until } from '../../../lab/process/wait.ts';
import { functionPods } from '../install.ts';
import { running, serveExample } from '../objects.ts';
import type { Scenario } from '../scenario.ts';

const minutes = 10;
const most = 12;

interface Call {
  msg: string;
  name: string;
  namespace?: string;
}

export const idle: Scenario = {
  name: 'idle',
  title: `An Instance at rest costs at most ${most} calls of the function in ${minutes} minutes`,
  company: 'rest',
  async run({ kube, flavour, tenant }, { step, figure }) {
    const acme = await tenant('acme');
    const { namespace } = acme;
    await step('the example runs', () => serveExample(kube, acme));
    const { metadata } = await acme.composite('dbhubinstances.dbhub.tas.io', 'sales');
    const calls = async (since: number) => {
      const from = `--since-time=${new Date(since).toISOString()}`;
      const flags = ['-n', 'crossplane-system', '-l', functionPods, '--tail=-1', from];
      const logged = (await kube.kubectl('logs', ...flags))
        .split('\n')
        .filter((line) => line.startsWith('{'));
      return logged
        .map((line) => JSON.parse(line) as Call)
        .filter(({ msg, name }) => msg === 'Answered a call' && name === metadata.name)
        .filter((call) => flavour === 'claims' || call.namespace === namespace).length;
    };
    // At rest: no call for half of the steady TTL.
    const quiet = async () => (await calls(Date.now() - 30_000)) === 0;
    await step('it comes to rest', () => until('rest', quiet, { seconds: 300, everyMs: 2000 }));
    await step(`${minutes} minutes at rest`, async () => {
      const began = Date.now();
      const over = () => Date.now() - began > minutes * 60_000;
      await until('the end', over, { seconds: minutes * 60 + 60, everyMs: 1000 });
      const count = await calls(began);
      figure(`calls in ${minutes} minutes at rest`, String(count));
      assert.ok(count > 0, 'the function logs no calls');
      assert.ok(count <= most, `${count} calls, at most ${most}`);
      await running(kube, namespace);
    });
  },
};
