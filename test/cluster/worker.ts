import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { run } from '../../lab/process/run.ts';
import { until } from '../../lab/process/wait.ts';
import { ensureTool } from '../../lab/tools/build.ts';
import { ensurePackages } from './debian.ts';
import { deathOf, startDaemon } from './node.ts';
import { adminKubeconfig, kubeconfigOf, pki } from './pki.ts';
import { cgroupRoot, inState, network, nodeName, registryAddress } from './plan.ts';

export const pauseImage = `${registryAddress}/pause:1`;

/** What the node needs beside the built tools; installed by apt where it is missing and we may. */
export const ensureContainerd = (): Promise<void> =>
  ensurePackages(['containerd', 'runc', 'containernetworking-plugins', 'iptables', 'conntrack', 'iproute2']);

/** containerd, before images are pulled from the registry. */
export async function startContainerd(): Promise<void> {
  // All registries are answered by the cluster's own, as nothing here can be pulled from the real ones.
  for (const host of [registryAddress, '_default']) {
    const file = inState('certs.d', host, 'hosts.toml');
    await mkdir(dirname(file), { recursive: true });
    await writeFile(
      file,
      `server = "http://${registryAddress}"\n[host."http://${registryAddress}"]\n  capabilities = ["pull", "resolve"]\n`,
    );
  }
  await mkdir(inState('cni'), { recursive: true });
  await writeFile(inState('cni/10.conflist'), JSON.stringify(cni));
  await writeFile(inState('containerd.toml'), containerd);
  await startDaemon('containerd', 'containerd', ['--config', inState('containerd.toml')]);
}

/** The kubelet and kube-proxy; returns when the node is ready. */
export async function startKubelet(): Promise<void> {
  await writeFile(inState('kubelet.yaml'), JSON.stringify(kubelet));
  await startDaemon('kubelet', await ensureTool('kubelet'), [
    `--config=${inState('kubelet.yaml')}`,
    `--kubeconfig=${kubeconfigOf('kubelet')}`,
    `--hostname-override=${nodeName}`,
    `--node-ip=${network.node}`,
    `--root-dir=${inState('kubelet')}`,
  ]);
  await startDaemon('proxy', await ensureTool('kube-proxy'), [
    `--kubeconfig=${adminKubeconfig}`,
    '--proxy-mode=iptables',
    `--cluster-cidr=${network.pods}`,
    `--hostname-override=${nodeName}`,
    '--conntrack-max-per-core=0',
    '--conntrack-tcp-timeout-established=0',
    '--conntrack-tcp-timeout-close-wait=0',
  ]);
  const kubectl = await ensureTool('kubectl');
  const condition = ['wait', '--for=condition=Ready', `node/${nodeName}`, '--timeout=1s'];
  let dead: string | undefined;
  const ready = async () => {
    dead = (await deathOf('kubelet')) ?? (await deathOf('containerd')) ?? (await deathOf('proxy'));
    return (await run(kubectl, [`--kubeconfig=${adminKubeconfig}`, ...condition])).status === 0;
  };
  await until('the node', ready, { hopeless: () => dead });
}

const cni = {
  cniVersion: '0.4.0',
  name: 'pods',
  plugins: [
    {
      type: 'bridge',
      bridge: 'cni0',
      isGateway: true,
      hairpinMode: true,
      ipam: {
        type: 'host-local',
        dataDir: inState('ipam'),
        ranges: [[{ subnet: network.pods }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
};

const containerd = `version = 2
root = "${inState('containerd/root')}"
state = "/run/containerd"
[grpc]
  address = "/run/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseImage}"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "${inState('certs.d')}"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${inState('cni')}"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
`;

const kubelet = {
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  containerRuntimeEndpoint: 'unix:///run/containerd.sock',
  cgroupDriver: 'cgroupfs',
  cgroupRoot,
  failCgroupV1: false,
  failSwapOn: false,
  clusterDNS: [network.node],
  clusterDomain: 'cluster.local',
  resolvConf: '/dev/null',
  authentication: {
    anonymous: { enabled: false },
    webhook: { enabled: true },
    x509: { clientCAFile: pki('ca.crt') },
  },
  tlsCertFile: pki('kubelet.crt'),
  tlsPrivateKeyFile: pki('kubelet.key'),
  volumePluginDir: inState('volume-plugins'),
  // A disk that is nearly full is the machine's affair.
  evictionHard: { 'nodefs.available': '1%', 'imagefs.available': '1%' },
  imageGCHighThresholdPercent: 100,
  localStorageCapacityIsolation: false,
  enforceNodeAllocatable: [],
  maxPods: 200,
  // As soon as a Secret changes, its volumes do.
  configMapAndSecretChangeDetectionStrategy: 'Watch',
  syncFrequency: '10s',
  // What starts again and again while the API server is gone need not wait long once it is back.
  featureGates: { KubeletCrashLoopBackOffMax: true },
  crashLoopBackOff: { maxContainerRestartPeriod: '5s' },
  // `kubectl logs` shows the last file alone.
  containerLogMaxSize: '200Mi',
};
