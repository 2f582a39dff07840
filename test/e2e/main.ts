import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { repository } from '../../scripts/lib/release.ts';
import { fail } from '../../scripts/lib/run.ts';
import { prepareCluster } from '../cluster/cluster.ts';
import { type CrossplaneVersion, crossplanes } from '../cluster/crossplane.ts';
import { ensureTool } from '../tools/build.ts';
import { type Pass, runPass } from './pass.ts';
import { keep, type Outcome, table } from './report.ts';
import type { Flavour } from './scenario.ts';
import { scenarios } from './scenarios/index.ts';

const usage = `npm run e2e -- [OPTIONS]
  --only NAME[,NAME]     these scenarios alone: ${scenarios.map(({ name }) => name).join(', ')}
  --flavour NAME         claims | namespaced (default: both)
  --crossplane VERSION   ${Object.keys(crossplanes).join(' | ')} (default: 2.4 for everything, 2.3 for the core path)
  --keep                 leave the cluster up after a failure; node test/cluster/main.ts down ends it
  --reuse                run in the cluster that was left, with the release that is installed there

With KUBECONFIG and E2E_REGISTRY (a registry that this machine and the nodes reach) the cluster is theirs; else one is
started here, which needs root on Linux. Results, and logs of what failed, go to dist/e2e/.`;

const results = join(repository, 'dist', 'e2e');

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;
const options = { only: text, flavour: text, crossplane: text, keep: flag, reuse: flag, help: flag };

async function main(): Promise<number> {
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const only = values.only?.split(',');
  const unknown = only?.filter((name) => !scenarios.some((scenario) => scenario.name === name)) ?? [];
  if (unknown.length > 0) throw new Error(`no scenario ${unknown.join(', ')}\n\n${usage}`);

  const given = process.env['KUBECONFIG'] && process.env['E2E_REGISTRY'];
  for (const tool of ['crossplane', 'engine', 'crane', 'kubectl', 'helm'] as const) await ensureTool(tool);
  if (!given) await prepareCluster();

  const all: Pass[] = [
    { flavour: 'claims', crossplane: '2.4', core: false },
    { flavour: 'namespaced', crossplane: '2.4', core: false },
    { flavour: 'claims', crossplane: '2.3', core: true },
    { flavour: 'namespaced', crossplane: '2.3', core: true },
  ];
  const passes = all
    .filter(({ flavour }) => !values.flavour || flavour === (values.flavour as Flavour))
    .filter(({ crossplane }) => !values.crossplane || crossplane === (values.crossplane as CrossplaneVersion))
    // One that was given has one Crossplane, which is not ours to replace.
    .filter(({ crossplane }) => !given || crossplane === (values.crossplane ?? '2.4'));
  if (passes.length === 0) throw new Error(`nothing to run\n\n${usage}`);

  await rm(results, { recursive: true, force: true });
  const began = performance.now();
  const outcomes: Outcome[] = [];
  for (const pass of passes) {
    const chosen = scenarios.filter(({ name, core, flavours }) =>
      only ? only.includes(name) : (core || !pass.core) && (!flavours || flavours.includes(pass.flavour)),
    );
    if (chosen.length === 0) continue;
    outcomes.push(...(await runPass(pass, chosen, { results, keep: values.keep, reuse: values.reuse })));
    if (values.keep && outcomes.some(({ error }) => error)) break;
  }
  const report = table(outcomes, (performance.now() - began) / 1000);
  await keep(join(results, 'timings.md'), report);
  console.log(`\n${report}\nkept in ${relative(repository, results)}/timings.md`);
  const failed = outcomes.filter(({ error }) => error);
  const passed = outcomes.filter(({ error, left }) => !error && !left);
  for (const { pass, scenario, error } of failed) console.log(`\nFAILED ${pass} ${scenario}: ${error}`);
  console.log(`${passed.length} passed, ${failed.length} failed`);
  return failed.length === 0 ? 0 : 1;
}

try {
  process.exit(await main());
} catch (error) {
  fail(error);
}
