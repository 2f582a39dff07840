import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureTool } from '../../lab/tools/build.ts';
import { fail } from '../../scripts/lib/fail.ts';
import { repository } from '../../scripts/lib/release.ts';
import { prepareCluster } from '../cluster/cluster.ts';
import { type CrossplaneVersion, crossplanes } from '../cluster/crossplane.ts';
import { imageFromDockerfile } from './fixtures/dockerfile-image.ts';
import { type Lane, runLanes } from './lanes.ts';
import type { Pass } from './pass.ts';
import { keep, results, table } from './report.ts';
import type { Flavour } from './scenario.ts';
import { scenarios } from './scenarios/index.ts';

const usage = `npm run e2e -- [OPTIONS]
  --only NAME[,NAME]     these scenarios alone: ${scenarios.map(({ name }) => name).join(', ')}
  --flavour NAME         claims | namespaced (default: both)
  --crossplane VERSION   ${Object.keys(crossplanes).join(' | ')} (default: 2.4 for everything, 2.3 for the core path)
  --keep                 leave the cluster up after a failure; node test/cluster/main.ts down ends it
  --reuse                run in the cluster that was left, with the release that is installed there

With KUBECONFIG and E2E_REGISTRY (a registry that this machine and the nodes reach) the cluster is theirs; else one is
started here for each flavour, which needs root on Linux. Results, and logs of what failed, go to dist/e2e/.`;

const folder = join(repository, 'dist', 'e2e');

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;
const options = { only: text, flavour: text, crossplane: text, keep: flag, reuse: flag, help: flag };

const flavours: Flavour[] = ['claims', 'namespaced'];
const newest = '2.4';
const given = Boolean(process.env['KUBECONFIG'] && process.env['E2E_REGISTRY']);

const needed = [...Object.values(crossplanes), 'crossplane', 'crane', 'kubectl', 'helm'] as const;

async function main(): Promise<number> {
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const only = values.only?.split(',');
  const unknown = only?.filter((name) => !scenarios.some((scenario) => scenario.name === name)) ?? [];
  if (unknown.length > 0) throw new Error(`no scenario ${unknown.join(', ')}\n\n${usage}`);

  // What was given has one Crossplane, which these tests must not replace.
  // The short one first: what is wrong with everything shows early.
  const versions = given ? [values.crossplane ?? newest] : Object.keys(crossplanes).reverse();
  const passes = flavours
    .filter((flavour) => !values.flavour || flavour === values.flavour)
    .flatMap((flavour) =>
      versions
        .filter((crossplane) => !values.crossplane || crossplane === values.crossplane)
        .map((crossplane) => passOf(flavour, crossplane as CrossplaneVersion, only, values.crossplane)),
    )
    .filter((pass) => pass.scenarios.length > 0);
  if (passes.length === 0) throw new Error(`nothing to run\n\n${usage}`);
  const lanes: Lane[] = given
    ? [{ cluster: 0, passes }]
    : flavours
        .map((each, cluster) => ({ cluster, passes: passes.filter(({ flavour }) => flavour === each) }))
        .filter((lane) => lane.passes.length > 0);

  if (!given) await prepareCluster();
  for (const tool of needed) await ensureTool(tool);

  await rm(folder, { recursive: true, force: true });
  const began = performance.now();
  const { outcome: built, image } = await imageFromDockerfile();
  const passOptions = { results: folder, keep: values.keep, reuse: values.reuse, ...(image && { image }) };
  const outcomes = [built, ...(await runLanes(lanes, passOptions))];

  const report = table(outcomes, (performance.now() - began) / 1000);
  await keep(join(folder, 'timings.md'), report);
  await keep(join(folder, 'results.json'), results(outcomes));
  console.log(`\n${report}\nkept in ${relative(repository, folder)}/timings.md`);
  const failed = outcomes.filter(({ error }) => error);
  const passed = outcomes.filter(({ error, left }) => !error && !left);
  for (const { pass, scenario, error } of failed) console.log(`\nFAILED ${pass} ${scenario}: ${error}`);
  console.log(`${passed.length} passed, ${failed.length} failed`);
  return failed.length === 0 ? 0 : 1;
}

/** Everything on the newest; on another the core path, and what is asked for. */
function passOf(flavour: Flavour, crossplane: CrossplaneVersion, only?: string[], asked?: string): Pass {
  const chosen = scenarios
    // in a cluster that is given, one flavour has to make room for the other
    .filter(({ name }) => !only || only.includes(name) || (given && name === 'uninstall'))
    .filter(({ core }) => core || crossplane === newest || (only && asked));
  return { flavour, crossplane, scenarios: chosen.map(({ name }) => name) };
}

try {
  process.exit(await main());
} catch (error) {
  fail(error);
}
