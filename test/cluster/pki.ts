import { mkdir, writeFile } from 'node:fs/promises';
import { must } from '../../lab/process/run.ts';
import { apiServerUrl, inState, network, nodeName } from './plan.ts';

export const pki = (file: string): string => inState('pki', file);
export const kubeconfigOf = (user: string): string => inState(`${user}.kubeconfig`);
export const adminKubeconfig = kubeconfigOf('admin');

/** An authority, the certificates of the control plane and the kubelet, and a kubeconfig for each client. */
export async function makePki(): Promise<void> {
  await mkdir(inState('pki'), { recursive: true });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const authority = ['-keyout', 'ca.key', '-out', 'ca.crt', '-days', '30', '-subj', '/CN=function-mcp-e2e'];
  await openssl('req', '-x509', ...key, ...authority);

  const issue = async (name: string, subject: string, san: string) => {
    await openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', subject);
    await writeFile(
      pki(`${name}.ext`),
      `extendedKeyUsage=serverAuth,clientAuth\n${san && `subjectAltName=${san}\n`}`,
    );
    const signer = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '30'];
    const files = ['-in', `${name}.csr`, '-out', `${name}.crt`, '-extfile', `${name}.ext`];
    await openssl('x509', '-req', ...signer, ...files);
  };
  const names = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc'].map((name) => `DNS:${name}`);
  const addresses = [network.node, network.apiService, '127.0.0.1'].map((address) => `IP:${address}`);
  await issue('apiserver', '/CN=kube-apiserver', [...names, ...addresses].join(','));
  await issue('admin', '/O=system:masters/CN=admin', '');
  await issue('kubelet', `/O=system:nodes/CN=system:node:${nodeName}`, `DNS:${nodeName},IP:${network.node}`);
  await openssl('genrsa', '-out', 'sa.key', '2048');
  await openssl('rsa', '-in', 'sa.key', '-pubout', '-out', 'sa.pub');

  for (const user of ['admin', 'kubelet']) await writeFile(kubeconfigOf(user), kubeconfig(user));
}

function openssl(...args: string[]): Promise<string> {
  return must('openssl', args, { cwd: inState('pki') });
}

function kubeconfig(user: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'e2e', cluster: { server: apiServerUrl, 'certificate-authority': pki('ca.crt') } }],
    users: [
      { name: user, user: { 'client-certificate': pki(`${user}.crt`), 'client-key': pki(`${user}.key`) } },
    ],
    contexts: [{ name: 'e2e', context: { cluster: 'e2e', user } }],
    'current-context': 'e2e',
  });
}
