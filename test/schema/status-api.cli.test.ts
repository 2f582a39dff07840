import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAuthority } from '../../lab/backends/certificates.ts';
import { freePort, removeFolder, startServer, temporaryFolder } from '../../lab/process/server-process.ts';
import { until } from '../../lab/process/wait.ts';
import { ensureTool } from '../../lab/tools/build.ts';
import { apisOf, compositeNames } from '../../src/generate/api.ts';
import { objectSchema } from '../../src/generate/xrd.ts';
import { createStatusApi, type StatusApi } from '../../src/probe/cluster/client.ts';
import { dbhub } from '../../src/servers/dbhub/dbhub.ts';
import { describeStatusApi, type StartedApi } from '../probe/status-api.ts';

const rbac = 'rbac.authorization.k8s.io';
/** May do anything, may do what a probe may, may do nothing; by their tokens, which are their names too. */
const [admin, probe, powerless] = ['admin', 'probe', 'powerless'];

const [api] = apisOf(dbhub).filter(({ role }) => role === 'resource');
if (!api) throw new Error('DBHub has no Resource');
const { kind, plural } = compositeNames(api, 'claims');
const apiVersion = `${api.group}/${api.version}`;

/** The CRD of cluster-scoped Databases, as far as it is generated here: Crossplane adds its own fields. */
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${api.group}` },
  spec: {
    group: api.group,
    names: { kind, plural, listKind: `${kind}List`, singular: kind.toLowerCase() },
    scope: 'Cluster',
    versions: [
      {
        name: api.version,
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: objectSchema(api, 'claims') },
      },
    ],
  },
};

const role = {
  apiVersion: `${rbac}/v1`,
  kind: 'ClusterRole',
  metadata: { name: probe },
  rules: [
    { apiGroups: [api.group], resources: [plural], verbs: ['get'] },
    { apiGroups: [api.group], resources: [`${plural}/status`], verbs: ['patch'] },
  ],
};

const binding = {
  apiVersion: `${rbac}/v1`,
  kind: 'ClusterRoleBinding',
  metadata: { name: probe },
  roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: probe },
  subjects: [{ apiGroup: rbac, kind: 'User', name: probe }],
};

/** A real etcd and a real API server, without anything else of a cluster. */
async function start(): Promise<StartedApi> {
  const folder = await temporaryFolder('function-mcp-api-server');
  const at = (file: string) => join(folder, file);
  const [etcdPort, peerPort, port] = [await freePort(), await freePort(), await freePort()];
  const etcdUrl = `http://127.0.0.1:${etcdPort}`;
  const authority = await createAuthority(at('ca'));
  const { certificate, key } = await authority.issue({ name: 'kubernetes', san: 'IP:127.0.0.1' });
  await writeFile(
    at('tokens'),
    `${admin},${admin},1,system:masters\n${probe},${probe},2\n${powerless},${powerless},3\n`,
  );

  const etcd = startServer({
    command: await ensureTool('etcd'),
    args: [
      `--data-dir=${at('etcd')}`,
      `--listen-client-urls=${etcdUrl}`,
      `--advertise-client-urls=${etcdUrl}`,
      `--listen-peer-urls=http://127.0.0.1:${peerPort}`,
      '--unsafe-no-fsync',
    ],
  });
  const server = startServer({
    command: await ensureTool('kube-apiserver'),
    args: [
      `--etcd-servers=${etcdUrl}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      `--tls-cert-file=${certificate}`,
      `--tls-private-key-file=${key}`,
      `--token-auth-file=${at('tokens')}`,
      '--authorization-mode=RBAC',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${key}`,
      `--service-account-signing-key-file=${key}`,
      '--service-cluster-ip-range=10.0.0.0/24',
      '--endpoint-reconciler-type=none',
    ],
  });
  const clients: StatusApi[] = [];
  const as = async (token: string): Promise<StatusApi> => {
    await writeFile(at(`token-${token}`), token);
    const files = { token: at(`token-${token}`), ca: authority.certificate };
    const client = createStatusApi({ url: new URL(`https://127.0.0.1:${port}`), files });
    clients.push(client);
    return client;
  };
  const dispose = async () => {
    for (const client of clients) client.close();
    await server.stop();
    await etcd.stop();
    await removeFolder(folder);
  };
  try {
    const all = await as(admin);
    const put = async (path: string, object: object) => {
      const taken = async () => (await all.apply(path, 'test', object)).kind === 'ok';
      await until(path, taken, { hopeless: () => server.exit() && server.logs() });
    };
    await put(`/apis/${rbac}/v1/clusterroles/${probe}`, role);
    await put(`/apis/${rbac}/v1/clusterrolebindings/${probe}`, binding);
    const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    await put(`${crds}/${definition.metadata.name}`, definition);
    return {
      api: await as(probe),
      powerless: await as(powerless),
      stranger: await as('stranger'),
      create: (name) =>
        put(`/apis/${apiVersion}/${plural}/${name}`, {
          apiVersion,
          kind,
          metadata: { name },
          spec: {
            type: 'postgres',
            host: 'db.example.com',
            database: 'orders',
            credentialsRef: { name: 'db' },
          },
        }),
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

describeStatusApi('a real API server', start);
