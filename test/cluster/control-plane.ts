import { writeFile } from 'node:fs/promises';
import { run } from '../../lab/process/run.ts';
import { until } from '../../lab/process/wait.ts';
import { ensureTool } from '../../lab/tools/build.ts';
import { deathOf, startDaemon } from './node.ts';
import { adminKubeconfig, pki } from './pki.ts';
import { apiServerUrl, inState, network } from './plan.ts';

const etcdUrl = 'http://127.0.0.1:2379';

/** etcd, API server, controllers, scheduler and DNS; returns when the API server is ready. */
export async function startControlPlane(): Promise<void> {
  await startDaemon('etcd', await ensureTool('etcd'), [
    `--data-dir=${inState('etcd')}`,
    `--listen-client-urls=${etcdUrl}`,
    `--advertise-client-urls=${etcdUrl}`,
    '--listen-peer-urls=http://127.0.0.1:2380',
    '--unsafe-no-fsync',
    '--log-level=warn',
  ]);
  await startApiServer();
  await startDaemon('controllers', await ensureTool('kube-controller-manager'), [
    `--kubeconfig=${adminKubeconfig}`,
    `--service-account-private-key-file=${pki('sa.key')}`,
    `--root-ca-file=${pki('ca.crt')}`,
    `--cluster-signing-cert-file=${pki('ca.crt')}`,
    `--cluster-signing-key-file=${pki('ca.key')}`,
    '--use-service-account-credentials=true',
    '--leader-elect=false',
  ]);
  await startDaemon('scheduler', await ensureTool('kube-scheduler'), [
    `--kubeconfig=${adminKubeconfig}`,
    '--leader-elect=false',
  ]);
  await writeFile(
    inState('Corefile'),
    `.:53 {\n  bind ${network.node}\n  errors\n  kubernetes cluster.local in-addr.arpa {\n    kubeconfig ${adminKubeconfig}\n  }\n}\n`,
  );
  await startDaemon('dns', await ensureTool('coredns'), ['-conf', inState('Corefile')]);
}

/** Starts the API server, alone too after it was stopped, and waits until it is ready. */
export async function startApiServer(): Promise<void> {
  // A third of its time was the collection of garbage: memory is cheaper than the processors that all share here.
  await startDaemon('apiserver', 'env', [
    'GOGC=200',
    await ensureTool('kube-apiserver'),
    `--etcd-servers=${etcdUrl}`,
    '--secure-port=6443',
    `--advertise-address=${network.node}`,
    `--tls-cert-file=${pki('apiserver.crt')}`,
    `--tls-private-key-file=${pki('apiserver.key')}`,
    `--client-ca-file=${pki('ca.crt')}`,
    `--service-account-key-file=${pki('sa.pub')}`,
    `--service-account-signing-key-file=${pki('sa.key')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-cluster-ip-range=${network.services}`,
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    `--kubelet-client-certificate=${pki('admin.crt')}`,
    `--kubelet-client-key=${pki('admin.key')}`,
    '--kubelet-preferred-address-types=InternalIP',
  ]);
  const kubectl = await ensureTool('kubectl');
  const flags = [`--kubeconfig=${adminKubeconfig}`, 'get', '--raw=/readyz'];
  let dead: string | undefined;
  const ready = async () => {
    dead = await deathOf('apiserver');
    return (await run(kubectl, flags)).status === 0;
  };
  await until(`the API server at ${apiServerUrl}`, ready, { hopeless: () => dead });
}
