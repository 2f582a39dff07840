import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { until } from '../../lab/process/wait.ts';
import { ensureTool } from '../../lab/tools/build.ts';
import { repository } from '../../scripts/lib/release.ts';
import { administrator } from './fixtures/databases.ts';
import type { Images } from './fixtures/images.ts';
import { program, service } from './fixtures/programs.ts';
import { documents, type Kube, type KubeObject } from './kube.ts';
import type { Flavour, Steps } from './scenario.ts';

export interface LoopResult {
  calls: number;
  failures: string[];
  slowestMs: number;
}

/** Of the examples. */
export type TenantName = 'acme' | 'beta';

export interface Tenant {
  namespace: string;
  /** The objects of the tenant's example, of the kinds that are named. */
  example: (...kinds: string[]) => Promise<KubeObject[]>;
  /** Runs the client's program in its pod and returns what it prints. */
  client: <T>(...args: string[]) => Promise<T>;
  /** Calls a tool of an Instance; throws unless it answers without an error. */
  call: (instance: string, tool: string, args: object) => Promise<string>;
  /**
   * Until a call is answered as `says`. For after pods have changed: kube-proxy sends to new ones, and no more to old
   * ones, a second or more after the API server tells of them.
   */
  served: (instance: string, tool: string, args: object, says: RegExp) => Promise<void>;
  /** Calls all the time until it is told to stop; begins once a call has been answered. */
  calling: (instance: string, tool: string, args: object) => Promise<{ stop: () => Promise<LoopResult> }>;
  /** SQL by an administrator of the tenant's own server. */
  sql: (server: 'shop-db' | 'reports-db', statement: string) => Promise<unknown>;
  /** The composite of a claim of that kind, as `databases.dbhub.tas.io`; in the other flavour the object itself. */
  composite: (kind: string, name: string) => Promise<KubeObject>;
}

/** Ends what {@link Tenant.calling} began; its figure goes to the table. Throws if one of the calls has failed. */
export async function noneFailed(
  what: string,
  queries: { stop: () => Promise<LoopResult> },
  figure: Steps['figure'],
): Promise<void> {
  const { calls, failures, slowestMs } = await queries.stop();
  figure(what, `${calls}, ${failures.length} failed, slowest ${slowestMs} ms`);
  assert.deepEqual(failures, []);
}

/** The endpoint that an Instance's status shows. */
export const endpoint = (instance: string, namespace: string): string =>
  `http://${instance}.${namespace}.svc:8080/mcp`;

const restricted = {
  'pod-security.kubernetes.io/enforce': 'restricted',
  'pod-security.kubernetes.io/warn': 'restricted',
};

const shop = { server: 'shop-db', image: 'postgres', port: 5432 } as const;
const reports = { server: 'reports-db', image: 'mariadb', port: 3306 } as const;
const databasesOf = { acme: [shop, reports], beta: [shop] };

/**
 * The namespace of a tenant, which takes restricted pods only, with a client in it, and the database servers of the
 * examples of DBHub; those of another server type bring their own.
 */
export async function openTenant(
  kube: Kube,
  images: Images,
  flavour: Flavour,
  name: TenantName,
  namespace: string,
  type: string,
): Promise<Tenant> {
  const databases = type === 'dbhub' ? databasesOf[name] : [];
  await kube.apply([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: restricted } },
    ...databases.flatMap(({ server, image, port }) => [
      program(server, namespace, images[image], { port }),
      service(server, namespace, port),
    ]),
    program('client', namespace, images.client),
  ]);
  const programs = ['client', ...databases.map(({ server }) => server)];
  for (const each of programs) {
    await kube.kubectl('rollout', 'status', `deployment/${each}`, '-n', namespace, '--timeout=180s');
  }

  const exec = ['exec', '-n', namespace, 'deployment/client'];
  const run = ['/usr/local/bin/node', '/client.mjs'];
  const tenant: Tenant = {
    namespace,
    async example(...kinds) {
      const file = name === 'acme' ? 'tenant.yaml' : 'second-tenant.yaml';
      const text = await readFile(join(repository, 'examples', type, file), 'utf8');
      const all = documents(text.replaceAll(`tas-${name}`, namespace));
      return kinds.length === 0 ? all : all.filter(({ kind }) => kinds.includes(kind));
    },
    async client<T>(...args: string[]) {
      const { output } = await kube.tried(...exec, '--', ...run, ...args);
      const line = output.split('\n').find((each) => /^[[{"]/.test(each));
      if (!line) throw new Error(`the client said: ${output}`);
      return JSON.parse(line) as T;
    },
    async call(instance, tool, args) {
      const answer = await tenant.client<{ error?: string; isError?: boolean; content?: unknown }>(
        'call',
        endpoint(instance, namespace),
        tool,
        JSON.stringify(args),
      );
      if (answer.error || answer.isError) throw new Error(answer.error ?? JSON.stringify(answer.content));
      return JSON.stringify(answer.content);
    },
    async served(instance, tool, args, says) {
      const answered = async () => {
        assert.match(await tenant.call(instance, tool, args), says);
        return true;
      };
      await until(`${tool} of ${instance} answers ${says}`, answered, { seconds: 30 });
    },
    async calling(instance, tool, args) {
      await tenant.served(instance, tool, args, /./);
      const child = spawn(
        await ensureTool('kubectl'),
        [...exec, '-i', '--', ...run, 'loop', endpoint(instance, namespace), tool, JSON.stringify(args)],
        { env: { ...process.env, KUBECONFIG: kube.kubeconfig }, stdio: ['pipe', 'pipe', 'pipe'] },
      );
      const lines: string[] = [];
      let errors = '';
      child.stderr.on('data', (chunk) => {
        errors += chunk;
      });
      const closed = new Promise((resolve) => child.once('close', resolve));
      const started = new Promise<void>((resolve, reject) => {
        createInterface({ input: child.stdout }).on('line', (line) => {
          lines.push(line);
          resolve();
        });
        child.once('close', () => reject(new Error(`the client ended: ${errors}`)));
      });
      await started;
      return {
        async stop() {
          child.stdin.end();
          await closed;
          const last = lines.at(-1) ?? '';
          if (!last.includes('"calls"')) throw new Error(`the client ended early: ${last} ${errors}`);
          return JSON.parse(last) as LoopResult;
        },
      };
    },
    async sql(server, statement) {
      const type = server === 'shop-db' ? 'postgres' : 'mariadb';
      const { user, password } = administrator;
      const database = server === 'shop-db' ? 'shop' : 'reports';
      const answer = await tenant.client<{ error?: string }>(
        'sql',
        type,
        server,
        user,
        password,
        database,
        statement,
      );
      if (answer.error) throw new Error(`${server}: ${answer.error}`);
      return answer;
    },
    async composite(kind, object) {
      const found = await kube.get(kind, object, namespace);
      if (!found) throw new Error(`no ${kind} ${object} in ${namespace}`);
      if (flavour === 'namespaced') return found;
      const ref = found.spec.resourceRef?.name;
      return ref ? kube.get(`x${kind}`, ref) : undefined;
    },
  };
  return tenant;
}
