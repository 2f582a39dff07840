import { readFile } from 'node:fs/promises';
import { fileVersion } from '../inputs/mount.ts';

/** Where the kubelet mounts what a pod needs to speak to the API server. */
const mounted = '/var/run/secrets/kubernetes.io/serviceaccount';

export interface ApiServerOptions {
  /** URL; default: that of the cluster around this pod. Plain HTTP only to this machine, as of `kubectl proxy`. */
  server?: string;
  /** File of the bearer token; default: the mounted one. */
  tokenFile?: string;
  /** File of the certificates that the API server is verified with; default: the mounted one. */
  caFile?: string;
}

/** How to reach the API server. */
export interface ApiServer {
  url: URL;
  /** Absent over plain HTTP, which must not carry a token. */
  files?: { token: string; ca: string };
}

/** The API server that is meant, or a sentence that says why there is none. */
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

/** A file that is read again once it has changed, and looked at no more than once in so many milliseconds. */
export const freshFile = (path: string, { maxAge = 60_000, now = () => performance.now() } = {}) => {
  let held: { version: string | undefined; text: string; at: number } | undefined;
  return {
    /** The text; rejects where there never was any. A file that has gone away leaves what was read last. */
    async read(): Promise<string> {
      if (held && now() - held.at < maxAge) return held.text;
      const version = await fileVersion(path);
      if (!held || (version !== undefined && version !== held.version)) {
        held = { version, text: (await readFile(path, 'utf8')).trim(), at: now() };
      }
      held.at = now();
      return held.text;
    },
    /** Has the next read look at the file. */
    expire() {
      if (held) held.at = Number.NEGATIVE_INFINITY;
    },
  };
};
