import { join } from 'node:path';
import { temporaryFolder } from '../../lab/process/server-process.ts';
import { ensureTool } from '../../lab/tools/build.ts';
import { packages } from '../../scripts/lib/release.ts';
import { type Cluster, clusterUp, runningCluster } from '../cluster/cluster.ts';
import { type CrossplaneVersion, installCrossplane } from '../cluster/crossplane.ts';
import { type Manifest, manifestsOf, putManifests } from '../cluster/registry.ts';
import { cleanUp } from './cleanup.ts';
import { collect } from './diagnostics.ts';
import { imageNames, pushImages } from './fixtures/images.ts';
import { install, logCalls, platform, platformInForce, publish, releaseFor } from './install.ts';
import { openKube } from './kube.ts';
import { explain, type Outcome, outcomeOf } from './outcome.ts';
import type { Company, Flavour, Scenario, World } from './scenario.ts';
import { openTenant, type Tenant, type TenantName } from './tenant.ts';
import type { Turns } from './turns.ts';

export interface Pass {
  flavour: Flavour;
  crossplane: CrossplaneVersion;
  /** Names of the scenarios. */
  scenarios: string[];
}

export interface PassOptions {
  /** Folder for what is kept. */
  results: string;
  /** Leave the cluster as it is when something failed. */
  keep: boolean;
  /** Run in the cluster that was left, with what is installed there. */
  reuse: boolean;
  /** The function's image as a tarball; default: put together from this machine's parts. */
  image?: string;
}

/** Everything that scenarios share. */
type Stage = Omit<World, 'tenant'>;

export const passName = ({ flavour, crossplane }: Pass): string => `${flavour} on ${crossplane}`;

/** One cluster, one flavour, one Crossplane, and the scenarios. Never throws for a failed one. */
export async function runPass(
  pass: Pass,
  scenarios: Scenario[],
  options: PassOptions,
  turns: Turns,
): Promise<Outcome[]> {
  const name = passName(pass);
  const outcomes: Outcome[] = [];
  const folder = (scenario: string) => join(options.results, name.replaceAll(' ', '-'), scenario);
  let cluster: Cluster | undefined;
  let stage: Stage | undefined;
  try {
    const setUp = await turns.shared(() =>
      outcomeOf(name, 'set up', async (steps) => {
        const opened = () => (options.reuse ? runningCluster() : openCluster(options.keep));
        cluster = await steps.step('cluster', async () => opened());
        stage = await openStage(pass, cluster, options, steps);
      }),
    );
    outcomes.push(setUp);
    const ready = stage;
    if (!ready || setUp.error) return outcomes;

    const run = async (scenario: Scenario) => {
      const outcome = await runScenario(name, scenario, ready, folder(scenario.name), options);
      outcomes.push(outcome);
    };
    const of = (company: Company) => scenarios.filter((each) => (each.company ?? 'beside') === company);
    const resting = Promise.all(of('rest').map(run));
    await turns.shared(() => atMost(3, of('beside'), run));
    for (const scenario of of('quiet')) await turns.alone(() => run(scenario));
    await resting;
    for (const scenario of of('alone')) {
      if (options.keep && outcomes.some(({ error }) => error)) return outcomes;
      await turns.shared(() => run(scenario));
    }
  } finally {
    stage?.kube.close();
    const failed = outcomes.some(({ error }) => error);
    if (!(failed && options.keep) && !options.reuse) await cluster?.down();
  }
  return outcomes;
}

/** As many at a time, in their order: pods of all of them at once would start slower than one after the other. */
async function atMost<T>(count: number, all: T[], run: (one: T) => Promise<void>): Promise<void> {
  const left = all.values();
  const worker = async () => {
    for (const one of left) await run(one);
  };
  await Promise.all(Array.from({ length: count }, worker));
}

let registryFolder: Promise<string> | undefined;
let images: Manifest[] = [];

async function openCluster(keep: boolean): Promise<Cluster> {
  const { KUBECONFIG: kubeconfig, E2E_REGISTRY: registry } = process.env;
  if (kubeconfig && registry) return { kubeconfig, registry, down: async () => {} };
  // One registry for all passes: what the first has pushed, the next finds. A cluster that stays keeps its own.
  if (!keep) registryFolder ??= temporaryFolder('function-mcp-registry');
  const folder = await registryFolder;
  const cluster = await clusterUp({ stays: keep, ...(folder && { registryFolder: folder }) });
  await putManifests(cluster.registry, images);
  return {
    ...cluster,
    async down() {
      const all = await manifestsOf(cluster.registry).catch(() => []);
      // except packages: Crossplane takes the newest function that suits a Configuration
      const packaged = new Set<string>(Object.values(packages));
      images = all.filter(({ name }) => !packaged.has(name));
      await cluster.down();
    },
  };
}

async function openStage(
  { flavour, crossplane }: Pass,
  cluster: Cluster,
  { reuse, image, results }: PassOptions,
  { step }: { step: <T>(title: string, run: () => Promise<T>) => Promise<T> },
): Promise<Stage> {
  const { registry, kubeconfig } = cluster;
  const kube = await openKube(await ensureTool('kubectl'), kubeconfig);
  try {
    if (!(await kube.get('namespace', 'crossplane-system'))) {
      await step(`Crossplane ${crossplane}`, () => installCrossplane(crossplane, { registry, kubeconfig }));
    }
    const release = await releaseFor(registry, image);
    if (!reuse) {
      await step('packages', () => publish(registry, flavour, release));
      await step('images', () => pushImages(registry));
      const pulled = () => install(kube, registry, flavour, release.version);
      await step('crossplane xpkg install configuration', pulled);
      await step('the function logs each call', () => logCalls(kube, flavour));
    }
    const images = imageNames(registry);
    const applyPlatform = async () => {
      await kube.apply(await platform(cluster, images, release));
      await platformInForce(kube);
    };
    await step('platform.yaml', applyPlatform);
    return { flavour, crossplane, cluster, kube, images, release, applyPlatform };
  } catch (error) {
    const folder = join(results, `${flavour}-on-${crossplane}`, 'set-up');
    await collect(kube, folder).catch((problem) => console.log(`no logs: ${explain(problem)}`));
    kube.close();
    throw error;
  }
}

async function runScenario(
  pass: string,
  scenario: Scenario,
  stage: Stage,
  folder: string,
  { keep }: PassOptions,
): Promise<Outcome> {
  const { kube, flavour, images } = stage;
  console.log(`${pass} ${scenario.name}: ${scenario.title}`);
  if (scenario.ownCluster && !stage.cluster.own) {
    const left = 'it needs its own cluster';
    console.log(`${pass} ${scenario.name}: not run, ${left}`);
    return { pass, scenario: scenario.name, seconds: 0, steps: [], figures: [], left };
  }
  const tenants = new Map<TenantName, Promise<Tenant>>();
  const tenant = (name: TenantName) => {
    const namespace = scenario.verbatim ? `tas-${name}` : `tas-${name}-${scenario.name}`;
    const known =
      tenants.get(name) ?? openTenant(kube, images, flavour, name, namespace, scenario.type ?? 'dbhub');
    tenants.set(name, known);
    return known;
  };
  const namespaces = async () => (await Promise.all(tenants.values())).map(({ namespace }) => namespace);
  const outcome = await outcomeOf(pass, scenario.name, async (steps) => {
    await scenario.run({ ...stage, tenant }, steps);
    await steps.step('nothing is left behind', async () => cleanUp(kube, flavour, await namespaces()));
  });
  if (outcome.error) {
    await collect(kube, folder).catch((problem) => console.log(`no logs: ${explain(problem)}`));
    console.log(`${pass} ${scenario.name}: logs and events are in ${folder}`);
    if (keep) return outcome;
    const swept = async () => {
      await scenario.restore?.(stage);
      await cleanUp(kube, flavour, await namespaces());
    };
    await swept().catch((problem) => console.log(`${pass} ${scenario.name}: ${explain(problem)}`));
  }
  return outcome;
}
