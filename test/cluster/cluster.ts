import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { forgetGroup, reapGroup } from '../../lab/process/reaper.ts';
import { must, run } from '../../lab/process/run.ts';
import { until } from '../../lab/process/wait.ts';
import { ensureTool, type ToolName } from '../../lab/tools/build.ts';
import { startApiServer, startControlPlane } from './control-plane.ts';
import { pushImage } from './images.ts';
import { closeNode, cpuSeconds, deathOf, openNode, startDaemon, stopDaemon } from './node.ts';
import { adminKubeconfig, makePki } from './pki.ts';
import { inState, nodeName, registryAddress } from './plan.ts';
import { ensureContainerd, pauseImage, startContainerd, startKubelet } from './worker.ts';

export interface Cluster {
  kubeconfig: string;
  /** Host of a registry that this machine and the nodes reach. */
  registry: string;
  /** What only a cluster of our own can do; undefined in one that was given. */
  own?: {
    node: string;
    stopApiServer: () => Promise<void>;
    /** Does nothing while it runs. */
    startApiServer: () => Promise<void>;
    /** Processor time that it has used, in seconds. */
    cpuSeconds: () => Promise<number>;
    /** Whether image names of public registries resolve to `registry`. */
    mirrors: true;
  };
  down: () => Promise<void>;
}

export interface ClusterOptions {
  /** It outlives this process. */
  stays?: boolean;
  /** Where the registry keeps images; one that is filled already saves pushing them. */
  registryFolder?: string;
}

const tools: ToolName[] = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'kubectl',
  'etcd',
  'coredns',
  'crane',
  'helm',
];

/** Builds what a cluster needs; minutes at first use, nothing after. */
export async function prepareCluster(): Promise<void> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new Error(
      'a cluster of its own needs root on Linux; or give KUBECONFIG and E2E_REGISTRY of another',
    );
  }
  for (const tool of tools) await ensureTool(tool);
  await ensureContainerd();
}

/**
 * A Kubernetes of one node, without Docker, in about 10 s; takes the place of what a run before left behind. It ends
 * with this process, however that ends, unless it `stays`.
 */
export async function clusterUp({
  stays = false,
  registryFolder = inState('registry'),
}: ClusterOptions = {}): Promise<Cluster> {
  const pid = await openNode();
  if (!stays) reapGroup(pid, 'KILL');
  try {
    await makePki();
    await mkdir(registryFolder, { recursive: true });
    const serve = ['registry', 'serve', '--address', registryAddress, '--disk', registryFolder];
    await startDaemon('registry', await ensureTool('crane'), serve);
    await Promise.all([startControlPlane(), startContainerd().then(pushPause)]);
    await startKubelet();
  } catch (error) {
    const kept = await keepLogs();
    await closeNode();
    throw new Error(`the cluster did not come up; its logs are in ${kept}`, { cause: error });
  }
  const down = async () => {
    await closeNode();
    if (!stays) forgetGroup(pid);
  };
  return { ...runningCluster(), down };
}

/** The cluster that is up already. */
export function runningCluster(): Cluster {
  return {
    kubeconfig: adminKubeconfig,
    registry: registryAddress,
    own: {
      node: nodeName,
      stopApiServer: () => stopDaemon('apiserver'),
      async startApiServer() {
        if (await deathOf('apiserver')) await startApiServer();
      },
      cpuSeconds,
      mirrors: true,
    },
    down: closeNode,
  };
}

/** A copy of the daemons' logs that outlives the cluster. */
export async function keepLogs(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'function-mcp-cluster-logs-'));
  await cp(inState('log'), folder, { recursive: true });
  return folder;
}

/** The container that holds a pod's namespaces: all that it has to do is to stay. */
async function pushPause(): Promise<void> {
  const answers = async () => (await run('curl', ['-sf', `http://${registryAddress}/v2/`])).status === 0;
  await until('the registry', answers, { seconds: 10, everyMs: 50 });
  const root = await mkdtemp(join(tmpdir(), 'function-mcp-pause-'));
  try {
    const libraries = (await must('ldd', ['/bin/sleep'])).match(/\/\S+/g) ?? [];
    for (const file of ['/bin/sleep', ...libraries]) {
      await mkdir(join(root, dirname(file)), { recursive: true });
      await cp(file, join(root, file), { dereference: true });
    }
    await pushImage({ name: pauseImage, root, entrypoint: ['/bin/sleep', 'infinity'] });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
