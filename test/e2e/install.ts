import { cp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { must } from '../../lab/process/run.ts';
import { temporaryFolder } from '../../lab/process/server-process.ts';
import { until } from '../../lab/process/wait.ts';
import { ensureTool } from '../../lab/tools/build.ts';
import { packages, repository } from '../../scripts/lib/release.ts';
import type { Packages } from '../../scripts/package.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Images } from './fixtures/images.ts';
import { isTrue, type Kube, plurals } from './kube.ts';
import type { Flavour } from './scenario.ts';

export interface Release extends Packages {
  /** With its v. */
  version: string;
}

/** Names of the installed packages, as Crossplane makes them of their repositories. */
export const installed = {
  function: 'tas-function-mcp',
  claims: 'tas-configuration-mcp',
  namespaced: 'tas-configuration-mcp-namespaced',
} as const;

/** Full name of a package. */
export const packageAt = (registry: string, part: keyof typeof packages, version: string): string =>
  `${registry}/${packages[part]}:${version}`;

const builds = new Map<string, Promise<Release>>();

/**
 * Builds a release once per process and registry: with `image` as the function's, a tarball, or one that is put
 * together from this machine's parts; as `version`, or that of package.json.
 */
export function releaseFor(registry: string, image?: string, version?: string): Promise<Release> {
  const key = `${registry} ${image} ${version}`;
  const known = builds.get(key) ?? buildRelease(registry, image, version);
  builds.set(key, known);
  return known;
}

/** Builds in a copy of this checkout, as others may be building in it at the same time. */
async function buildRelease(registry: string, image?: string, version?: string): Promise<Release> {
  const work = await temporaryFolder('function-mcp-release');
  const root = await copyOf(work, version);
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const output = join(work, 'packages');
  const made = image ? ['--image', image] : ['--builder', 'assemble'];
  const flags = ['--registry', registry, ...made, '--output', output];
  await must(process.execPath, [join(root, 'scripts/package.ts'), ...flags], { cwd: root });
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  return {
    version: `v${manifest.version}`,
    function: join(output, `function-mcp-${arch}.xpkg`),
    claims: join(output, 'configuration-mcp.xpkg'),
    namespaced: join(output, 'configuration-mcp-namespaced.xpkg'),
    image: image ?? join(output, `function-mcp-${arch}.image.tar`),
  };
}

/** What a copy of the checkout has not got, or shares. */
const apart = new Set(['.git', '.cache', 'coverage', 'dist', 'node_modules']);

async function copyOf(folder: string, version?: string): Promise<string> {
  const root = join(folder, 'checkout');
  for (const part of await readdir(repository)) {
    if (apart.has(part)) continue;
    await cp(join(repository, part), join(root, part), { recursive: true });
  }
  await symlink(join(repository, 'node_modules'), join(root, 'node_modules'));
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const named = { ...manifest, ...(version && { version }) };
  await writeFile(join(root, 'package.json'), JSON.stringify(named, null, 2));
  return root;
}

/** Pushes the function and one Configuration, as a release is published. */
export async function publish(registry: string, flavour: Flavour, release: Release): Promise<void> {
  for (const part of ['function', flavour] as const) {
    const target = packageAt(registry, part, release.version);
    const push = ['xpkg', 'push', '--insecure-skip-tls-verify', '--package-files', release[part], target];
    await must(await ensureTool('crossplane'), push);
  }
}

/** `crossplane xpkg install configuration`, and nothing else: Crossplane installs the function as a dependency. */
export async function install(
  kube: Kube,
  registry: string,
  flavour: Flavour,
  version: string,
): Promise<void> {
  const target = packageAt(registry, flavour, version);
  await must(await ensureTool('crossplane'), ['xpkg', 'install', 'configuration', target], {
    env: { ...process.env, KUBECONFIG: kube.kubeconfig },
  });
  await healthy(kube, flavour);
}

export async function healthy(kube: Kube, flavour: Flavour): Promise<void> {
  const objects = [
    ['configuration.pkg', installed[flavour]],
    ['function.pkg', installed.function],
  ] as const;
  for (const [kind, name] of objects) {
    const good = (object: unknown) => isTrue(object, 'Installed') && isTrue(object, 'Healthy');
    await kube.settled(`${name} healthy`, kind, name, undefined, good, { seconds: 180, everyMs: 500 });
  }
  for (const name of plurals) {
    const established = (object: unknown) => isTrue(object, 'Established');
    await kube.settled(`CRD ${name}`, 'crd', name, undefined, established);
  }
}

/** Has the function log each call, for those who read logs of what failed, and for counting them. */
export async function logCalls(kube: Kube, flavour: Flavour): Promise<void> {
  const args = ['function', '--debug'];
  const container = { name: 'package-runtime', args };
  await kube.apply({
    apiVersion: 'pkg.crossplane.io/v1beta1',
    kind: 'DeploymentRuntimeConfig',
    metadata: { name: 'function-mcp-e2e' },
    spec: {
      deploymentTemplate: { spec: { selector: {}, template: { spec: { containers: [container] } } } },
    },
  });
  await kube.patch('function.pkg', installed.function, undefined, {
    spec: { runtimeConfigRef: { name: 'function-mcp-e2e' } },
  });
  const replaced = async () => {
    const pods = await kube.list('pods', 'crossplane-system', functionPods);
    const current = pods.filter(({ metadata }) => !metadata.deletionTimestamp);
    return current.length > 0 && current.every(({ spec }) => spec.containers[0].args?.includes('--debug'));
  };
  await until("the function's new pod", replaced);
  await healthy(kube, flavour);
}

/** Selects the pods of the function. */
export const functionPods = `pkg.crossplane.io/function=${installed.function}`;

/** What is in platform.yaml; with images of `registry` where the public names do not lead there. */
export async function platform(cluster: Cluster, images: Images, release: Release): Promise<unknown[]> {
  const text = await readFile(join(repository, 'platform.yaml'), 'utf8');
  const all = text.split(/^---$/m).map((document) => parse(document));
  if (cluster.own) return all;
  const renderer = packageAt(cluster.registry, 'function', release.version);
  const settings = { images: { renderer, servers: images.servers } };
  return all.map((object) =>
    object.kind === 'EnvironmentConfig' ? { ...object, data: { ...object.data, ...settings } } : object,
  );
}

/** Until Crossplane holds what platform.yaml grants. */
export async function platformInForce(kube: Kube): Promise<void> {
  const held = async () => {
    const who = '--as=system:serviceaccount:crossplane-system:crossplane';
    const { output } = await kube.tried('auth', 'can-i', 'create', 'networkpolicies', who, '-n', 'default');
    return output.trim() === 'yes';
  };
  await until('the rights of Crossplane', held, { seconds: 30 });
}
