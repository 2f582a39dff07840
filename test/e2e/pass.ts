import { join } from 'node:path';
import { type Cluster, clusterUp, runningCluster } from '../cluster/cluster.ts';
import { type CrossplaneVersion, installCrossplane } from '../cluster/crossplane.ts';
import { ensureTool } from '../tools/build.ts';
import { cleanUp } from './cleanup.ts';
import { collect } from './diagnostics.ts';
import { imageNames, pushImages } from './fixtures/images.ts';
import { install, platform, platformInForce, publish, type Release, releaseFor } from './install.ts';
import { type Kube, openKube } from './kube.ts';
import type { Outcome } from './report.ts';
import type { Flavour, Scenario, World } from './scenario.ts';
import { openTenant, type Tenant } from './tenant.ts';

export interface Pass {
  flavour: Flavour;
  crossplane: CrossplaneVersion;
  /** The core path only. */
  core: boolean;
}

export interface PassOptions {
  /** Folder for what is kept. */
  results: string;
  /** Leave the cluster as it is when something failed. */
  keep: boolean;
  /** Run in the cluster that was left, with what is installed there. */
  reuse: boolean;
}

/** One cluster, one flavour, one Crossplane, and the scenarios one after the other. Never throws for a failed one. */
export async function runPass(pass: Pass, scenarios: Scenario[], options: PassOptions): Promise<Outcome[]> {
  const label = `${pass.flavour} on ${pass.crossplane}`;
  const outcomes: Outcome[] = [];
  const setup = newOutcome(label, 'set up');
  console.log(`\n=== ${label}`);
  let cluster: Cluster | undefined;
  let kube: Kube | undefined;
  try {
    const timed = stepsOf(setup);
    cluster = await timed.step('cluster', async () =>
      options.reuse ? runningCluster() : openCluster(options.keep),
    );
    const { registry, kubeconfig } = cluster;
    kube = await openKube(await ensureTool('kubectl'), kubeconfig);
    if (!(await kube.get('namespace', 'crossplane-system'))) {
      const access = { registry, kubeconfig };
      await timed.step(`Crossplane ${pass.crossplane}`, () => installCrossplane(pass.crossplane, access));
    }
    const { flavour } = pass;
    const release = await releaseFor(registry);
    if (!options.reuse) {
      await timed.step('packages', () => publish(registry, flavour, release));
      await timed.step('images', () => pushImages(registry));
      const pulled = () => install(kube as Kube, registry, flavour, release.version);
      await timed.step('crossplane xpkg install configuration', pulled);
    }
    const world = openWorld(pass, cluster, kube, release);
    await timed.step('platform.yaml', world.applyPlatform);
    outcomes.push(finished(setup));
    for (const scenario of scenarios) {
      const outcome = await runScenario(label, scenario, world, options);
      outcomes.push(outcome);
      if (outcome.error && options.keep) return outcomes;
    }
  } catch (error) {
    outcomes.push({ ...finished(setup), error: explain(error) });
    console.log(`    FAILED ${explain(error)}`);
    if (kube) await collect(kube, join(options.results, label.replaceAll(' ', '-'), 'set-up'));
  } finally {
    kube?.close();
    const failed = outcomes.some(({ error }) => error);
    if (!(failed && options.keep) && !options.reuse) await cluster?.down();
  }
  return outcomes;
}

async function openCluster(keep: boolean): Promise<Cluster> {
  const { KUBECONFIG: kubeconfig, E2E_REGISTRY: registry } = process.env;
  if (kubeconfig && registry) return { kubeconfig, registry, down: async () => {} };
  return clusterUp({ stays: keep });
}

function openWorld({ flavour, crossplane }: Pass, cluster: Cluster, kube: Kube, release: Release): World {
  const images = imageNames(cluster.registry);
  const tenants = new Map<string, Promise<Tenant>>();
  return {
    flavour,
    crossplane,
    cluster,
    kube,
    images,
    release,
    tenant(name) {
      const known = tenants.get(name) ?? openTenant(kube, images, flavour, name);
      tenants.set(name, known);
      return known;
    },
    async applyPlatform() {
      await kube.apply(await platform(cluster, images, release));
      await platformInForce(kube);
    },
  };
}

async function runScenario(
  label: string,
  scenario: Scenario,
  world: World,
  { results, keep }: PassOptions,
): Promise<Outcome> {
  const outcome = newOutcome(label, scenario.name);
  console.log(`\n--- ${label}: ${scenario.name}\n    ${scenario.title}`);
  if (scenario.ownCluster && !world.cluster.own) {
    console.log('    not run: it needs a cluster of our own');
    return { ...outcome, left: 'it needs a cluster of our own' };
  }
  try {
    await scenario.run(world, stepsOf(outcome));
    await stepsOf(outcome).step('nothing is left behind', () => cleanUp(world.kube, world.flavour));
  } catch (error) {
    outcome.error = explain(error);
    console.log(`    FAILED ${outcome.error}`);
    const folder = join(results, label.replaceAll(' ', '-'), scenario.name);
    await collect(world.kube, folder).catch((problem) => console.log(`    no logs: ${explain(problem)}`));
    console.log(`    logs and events are in ${folder}`);
    if (!keep)
      await cleanUp(world.kube, world.flavour).catch((problem) => console.log(`    ${explain(problem)}`));
  }
  return finished(outcome);
}

const began = new WeakMap<Outcome['steps'], number>();

function newOutcome(pass: string, scenario: string): Outcome {
  const outcome: Outcome = { pass, scenario, seconds: 0, steps: [], figures: [] };
  began.set(outcome.steps, performance.now());
  return outcome;
}

function finished(outcome: Outcome): Outcome {
  return { ...outcome, seconds: (performance.now() - (began.get(outcome.steps) ?? 0)) / 1000 };
}

function stepsOf(outcome: Outcome) {
  return {
    async step<T>(title: string, run: () => Promise<T>): Promise<T> {
      const start = performance.now();
      try {
        return await run();
      } catch (error) {
        throw new Error(`${title}: ${explain(error)}`, { cause: error });
      } finally {
        const seconds = (performance.now() - start) / 1000;
        outcome.steps.push({ title, seconds });
        console.log(`    ${seconds.toFixed(1).padStart(6)} s  ${title}`);
      }
    },
    figure(what: string, value: string) {
      outcome.figures.push({ what, value });
      console.log(`              ${what}: ${value}`);
    },
  };
}

const explain = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const cause =
    error.cause instanceof Error && !error.message.includes(error.cause.message) ? error.cause : undefined;
  return cause ? `${error.message}\n${explain(cause)}` : error.message;
};
