import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { parseAllDocuments } from 'yaml';
import { reapGroup } from '../../lab/process/reaper.ts';
import { type Finished, run } from '../../lab/process/run.ts';
import { until, type WaitOptions } from '../../lab/process/wait.ts';
import { serverTypes } from '../../src/servers/registry.ts';

// biome-ignore lint/suspicious/noExplicitAny: objects of any kind, of which each scenario says what it expects
export type KubeObject = any;

export interface Kube {
  kubeconfig: string;
  /** Runs kubectl; throws with what it prints when it does not exit with status 0. Returns its standard output. */
  kubectl: (...args: string[]) => Promise<string>;
  /** Like kubectl, but never throws. */
  tried: (...args: string[]) => Promise<Finished>;
  /** Applies YAML or objects, as a person does. */
  apply: (what: string | object) => Promise<void>;
  /** Undefined where there is none. */
  get: (kind: string, name: string, namespace?: string) => Promise<KubeObject>;
  list: (kind: string, namespace?: string, selector?: string) => Promise<KubeObject[]>;
  /** Merges into an object. */
  patch: (kind: string, name: string, namespace: string | undefined, merge: object) => Promise<void>;
  delete: (kind: string, name: string, namespace?: string, ...flags: string[]) => Promise<void>;
  /** Waits until the object is as `holds` says, and returns it. */
  settled: (
    what: string,
    kind: string,
    name: string,
    namespace: string | undefined,
    holds: (object: KubeObject) => unknown,
    options?: WaitOptions,
  ) => Promise<KubeObject>;
  /** A request to the API server, without kubectl's start; for what is measured. */
  raw: (path: string, init?: RequestInit) => Promise<Response>;
  close: () => void;
}

/** Kinds of Instances and then of Resources, of every server type, as `databases.dbhub.tas.io`. */
export const plurals: string[] = (['instance', 'resource'] as const).flatMap((kind) =>
  serverTypes.map((type) => `${type[kind].plural}.${type.group}`),
);

export const condition = (object: KubeObject, type: string): KubeObject =>
  object?.status?.conditions?.find((each: KubeObject) => each.type === type);

export const isTrue = (object: KubeObject, type: string): boolean =>
  condition(object, type)?.status === 'True';

export const documents = (yaml: string): KubeObject[] =>
  parseAllDocuments(yaml)
    .map((document) => document.toJS())
    .filter((document) => document !== null);

export async function openKube(kubectlPath: string, kubeconfig: string): Promise<Kube> {
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  const proxy = spawn(kubectlPath, ['proxy', '--port=0'], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (proxy.pid) reapGroup(proxy.pid, 'KILL');
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: proxy.stdout }).once('line', resolve);
    proxy.once('exit', (code) => reject(new Error(`kubectl proxy ended with ${code}`)));
  });
  const origin = `http://${/[\d.]+:\d+/.exec(line)?.[0]}`;

  const tried: Kube['tried'] = (...args) => run(kubectlPath, args, { env });
  const kubectl: Kube['kubectl'] = async (...args) => {
    const { status, output } = await tried(...args);
    if (status !== 0) throw new Error(`kubectl ${args.join(' ')} ended with ${status}: ${output.trim()}`);
    return output;
  };
  const fed = (input: string, ...args: string[]) =>
    new Promise<void>((resolve, reject) => {
      const child = spawn(kubectlPath, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
      let output = '';
      child.stdout.on('data', (chunk) => {
        output += chunk;
      });
      child.stderr.on('data', (chunk) => {
        output += chunk;
      });
      child.once('close', (code) =>
        code === 0 ? resolve() : reject(new Error(`kubectl ${args.join(' ')}: ${output.trim()}`)),
      );
      child.stdin.end(input);
    });
  const inNamespace = (namespace?: string) => (namespace ? ['--namespace', namespace] : []);

  const kube: Kube = {
    kubeconfig,
    kubectl,
    tried,
    async apply(what) {
      const text =
        typeof what === 'string'
          ? what
          : JSON.stringify({ apiVersion: 'v1', kind: 'List', items: Array.isArray(what) ? what : [what] });
      await fed(text, 'apply', '-f', '-');
    },
    async get(kind, name, namespace) {
      const { status, output } = await tried('get', kind, name, ...inNamespace(namespace), '-o', 'json');
      if (status === 0) return JSON.parse(output);
      if (output.includes('(NotFound)')) return undefined;
      throw new Error(output.trim());
    },
    async list(kind, namespace, selector) {
      const where = namespace ? inNamespace(namespace) : ['--all-namespaces'];
      const which = selector ? ['--selector', selector] : [];
      return JSON.parse(await kubectl('get', kind, ...where, ...which, '-o', 'json')).items;
    },
    async patch(kind, name, namespace, merge) {
      await kubectl(
        'patch',
        kind,
        name,
        ...inNamespace(namespace),
        '--type=merge',
        '-p',
        JSON.stringify(merge),
      );
    },
    async delete(kind, name, namespace, ...flags) {
      await kubectl('delete', kind, name, ...inNamespace(namespace), '--ignore-not-found', ...flags);
    },
    async settled(what, kind, name, namespace, holds, options) {
      let seen: KubeObject;
      try {
        return await until(
          what,
          async () => {
            seen = await kube.get(kind, name, namespace);
            return seen && (await holds(seen)) ? seen : undefined;
          },
          { everyMs: 500, ...options },
        );
      } catch (error) {
        const status = JSON.stringify(seen?.status ?? seen ?? 'no such object');
        throw new Error(`${(error as Error).message}\n  ${kind} ${name} is at ${status.slice(0, 3000)}`);
      }
    },
    raw: (path, init) => fetch(`${origin}${path}`, init),
    close: () => void proxy.kill(),
  };
  return kube;
}
