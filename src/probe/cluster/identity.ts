import { readFile } from 'node:fs/promises';
import { fileVersion } from '../inputs/mount.ts';

/** Where the kubelet mounts the credentials for the API server. */
const mounted = '/var/run/secrets/kubernetes.io/serviceaccount';

export interface ApiServerOptions {
  /**
   * URL. Default: the API server of this pod's cluster. Plain HTTP is accepted only for this machine, as for `kubectl
   * proxy`.
   */
  server?: string;
  /** File with the bearer token. Default: the mounted file. */
  tokenFile?: string;
  /** File with the certificates that verify the API server. Default: the mounted file. */
  caFile?: string;
}

/** How to reach the API server. */
export interface ApiServer {
  url: URL;
  /** Absent for plain HTTP, which must not carry a token. */
  files?: { token: string; ca: string };
}

/** Returns the API server, or a sentence that explains why there is none. */
export const apiServerOf = (
  { server, tokenFile, caFile }: ApiServerOptions,
  env: NodeJS.ProcessEnv,
): ApiServer | string => {
  const host = env['KUBERNETES_SERVICE_HOST'];
  const inCluster =
    host && `https://${host.includes(':') ? `[${host}]` : host}:${env['KUBERNETES_SERVICE_PORT'] ?? 443}`;
  const text = server ?? inCluster;
  if (!text) return 'not in a cluster: set --api-server, or use --once, which needs no API server';
  if (!URL.canParse(text)) return `--api-server is not a URL: ${text}`;
  const url = new URL(text);
  if (url.protocol === 'https:') {
    return { url, files: { token: tokenFile ?? `${mounted}/token`, ca: caFile ?? `${mounted}/ca.crt` } };
  }
  if (url.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) return { url };
  return '--api-server must be an https URL, or an http URL of this machine, such as that of "kubectl proxy"';
};

/** A file that is read again after it has changed. Changes are checked once per `maxAge` milliseconds at most. */
export const freshFile = (path: string, { maxAge = 60_000, now = () => performance.now() } = {}) => {
  let held: { version: string | undefined; text: string; at: number } | undefined;
  return {
    /** The text. Rejects if the file never existed. If the file was removed, returns the last text. */
    async read(): Promise<string> {
      if (held && now() - held.at < maxAge) return held.text;
      const version = await fileVersion(path);
      if (!held || (version !== undefined && version !== held.version)) {
        held = { version, text: (await readFile(path, 'utf8')).trim(), at: now() };
      }
      held.at = now();
      return held.text;
    },
    /** Makes the next read check the file. */
    expire() {
      if (held) held.at = Number.NEGATIVE_INFINITY;
    },
  };
};
