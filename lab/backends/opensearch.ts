import { createHmac, X509Certificate } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { must } from '../process/run.ts';
import {
  copyPrivate,
  freePort,
  removeFolder,
  startServer,
  temporaryFolder,
} from '../process/server-process.ts';
import { cached } from '../sources/cache.ts';
import { mavenDependency } from '../sources/maven.ts';
import { needs } from '../sources/needs.ts';
import type { ServerTls } from './backend.ts';
import { createAuthority } from './certificates.ts';

const VERSION = '2.19.4';
const SECURITY = `org.opensearch.plugin:opensearch-security:${VERSION}.0:zip`;
const LIBRARIES = [
  `org.opensearch:opensearch:${VERSION}`,
  `org.opensearch.plugin:transport-netty4-client:${VERSION}`,
  'org.apache.logging.log4j:log4j-core:2.21.0',
];
const SOURCE = join(import.meta.dirname, 'opensearch-node.java');

/**
 * The permissions of a role, in the format of the security plugin.
 * https://docs.opensearch.org/2.19/security/access-control/permissions/
 */
export interface OpensearchRole {
  cluster_permissions: string[];
  index_permissions: { index_patterns: string[]; allowed_actions: string[] }[];
}

export interface OpensearchOptions {
  /** Serve HTTPS with this certificate. Default: plain HTTP. */
  tls?: ServerTls;
  /** Addresses to listen on. Default: 127.0.0.1. */
  hosts?: string[];
  /** Default: a free port. */
  port?: number;
}

export interface OpensearchAnswer<T> {
  status: number;
  body: T;
}

/** A real OpenSearch with its security plugin, on loopback by default, with a separate data directory. */
export interface Opensearch extends AsyncDisposable {
  host: string;
  port: number;
  /** Its data and all its other files. */
  folder: string;
  superuser: { user: string; password: string };
  /** Sends a request as the superuser. A string is sent without change, any other body as JSON. */
  send: <T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
  ) => Promise<OpensearchAnswer<T>>;
  /** As {@link Opensearch.send}. Throws if the status is not 2xx. */
  done: <T = Record<string, unknown>>(method: string, path: string, body?: unknown) => Promise<T>;
  createUser: (name: string, password: string, role: OpensearchRole) => Promise<void>;
  /** Several users with one role, by name. */
  createUsers: (passwords: Readonly<Record<string, string>>, role: OpensearchRole) => Promise<void>;
  /** A bearer token (JWT) for a user that {@link Opensearch.createUser} created. */
  tokenFor: (name: string) => string;
  /** Stops the process and keeps its data. {@link Opensearch.stop} removes it. */
  kill: () => Promise<void>;
  stop: () => Promise<void>;
}

/** From the demo configuration of the plugin, for loopback only. */
const superuser = { user: 'admin', password: 'admin' };
const signingKey = Buffer.from('a key of these tests that signs tokens, and nothing else').toString('base64');

/**
 * OpenSearch 2.19 from Maven Central, on Java 17. The first use installs 90 MB in about 20 s. A start takes about 8 s.
 */
export async function startOpensearch(options: OpensearchOptions = {}): Promise<Opensearch> {
  const { tls, hosts = ['127.0.0.1'] } = options;
  const base = await install();
  const folder = await temporaryFolder('function-mcp-opensearch');
  const port = options.port ?? (await freePort());
  await configure(base, folder, hosts, port, tls);
  const server = startServer({
    command: 'java',
    args: [
      '-Xms384m',
      '-Xmx384m',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-Dlog4j2.disable.jmx=true',
      '-cp',
      `${join(base, 'classes')}:${join(base, 'lib')}/*`,
      'OpensearchNode',
      folder,
    ],
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder },
    stopSignal: 'KILL',
  });
  const stop = async () => {
    await server.stop();
    await removeFolder(folder);
  };
  const host = hosts[0] ?? '127.0.0.1';
  const authority = tls && (await readFile(tls.authority, 'utf8'));
  const send: Opensearch['send'] = (method, path, body) =>
    ask({ host, port, authority, method, path, body, ...superuser });
  const done: Opensearch['done'] = async (method, path, body) => {
    const answer = await send(method, path, body);
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as never;
  };
  const createUsers: Opensearch['createUsers'] = async (passwords, role) => {
    const api = '/_plugins/_security/api';
    const users = Object.keys(passwords);
    const name = encodeURIComponent(users[0] ?? '');
    await done('PUT', `${api}/roles/${name}`, role);
    const added = Object.entries(passwords).map(([user, password]) => ({
      op: 'add',
      path: `/${user}`,
      value: { password },
    }));
    await done('PATCH', `${api}/internalusers`, added);
    await done('PUT', `${api}/rolesmapping/${name}`, { users });
  };
  const ready = () =>
    send('GET', '/_cluster/health').then(
      ({ status }) => status === 200,
      () => false,
    );
  try {
    await server.until(ready, 90);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    host,
    port,
    folder,
    superuser,
    send,
    done,
    kill: () => server.stop(),
    stop,
    [Symbol.asyncDispose]: stop,
    createUser: (name, password, role) => createUsers({ [name]: password }, role),
    createUsers,
    tokenFor: tokenOf,
  };
}

/** https://docs.opensearch.org/2.19/security/authentication-backends/jwt/ */
function tokenOf(name: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: name, exp: 4_102_444_800 })}`;
  const signature = createHmac('sha256', Buffer.from(signingKey, 'base64'))
    .update(signed)
    .digest('base64url');
  return `${signed}.${signature}`;
}

interface Question {
  host: string;
  port: number;
  authority: string | undefined;
  method: string;
  path: string;
  body: unknown;
  user: string;
  password: string;
}

function ask<T>(question: Question): Promise<OpensearchAnswer<T>> {
  const { host, port, authority, method, path, body, user, password } = question;
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const headers = {
    authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
    ...(text !== undefined && { 'content-type': 'application/json' }),
  };
  const options = { host, port, method, path, headers, agent: false };
  return new Promise((resolve, reject) => {
    const outgoing = authority
      ? secureRequest({ ...options, ca: authority, servername: 'localhost' })
      : plainRequest(options);
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.once('error', reject);
      incoming.once('end', () => {
        const answer = Buffer.concat(chunks).toString();
        const json = incoming.headers['content-type']?.includes('json') === true;
        resolve({ status: incoming.statusCode ?? 0, body: (json ? JSON.parse(answer) : answer) as T });
      });
    });
    outgoing.end(text);
  });
}

async function configure(
  base: string,
  folder: string,
  hosts: readonly string[],
  port: number,
  tls: ServerTls | undefined,
): Promise<void> {
  const config = join(folder, 'config');
  const security = join(config, 'opensearch-security');
  await cp(join(base, 'security'), security, { recursive: true });
  await writeFile(join(security, 'config.yml'), stringify(authentication));
  // The nodes of a cluster use TLS between each other, even if there is only one.
  const nodes = await createAuthority(join(folder, 'nodes'));
  const node = await nodes.issue({ name: 'node', usage: 'both' });
  await copyPrivate(nodes.certificate, join(config, 'nodes.crt'));
  await copyPrivate(node.certificate, join(config, 'node.crt'));
  await copyPrivate(node.key, join(config, 'node.key'));
  if (tls) {
    await copyPrivate(tls.certificate, join(config, 'http.crt'));
    await copyPrivate(tls.key, join(config, 'http.key'));
    await copyPrivate(tls.authority, join(config, 'http-ca.crt'));
  }
  const name = new X509Certificate(await readFile(node.certificate)).subject.split('\n').join(',');
  const ssl = 'plugins.security.ssl';
  await writeFile(
    join(config, 'opensearch.yml'),
    stringify({
      'cluster.name': 'function-mcp',
      'discovery.type': 'single-node',
      'http.host': hosts,
      'http.port': port,
      'transport.host': '127.0.0.1',
      'transport.port': await freePort(),
      'path.data': join(folder, 'data'),
      'path.logs': join(folder, 'logs'),
      'cluster.routing.allocation.disk.threshold_enabled': false,
      'plugins.security.allow_default_init_securityindex': true,
      'plugins.security.restapi.roles_enabled': ['all_access'],
      // as few as possible, because these passwords protect nothing
      'plugins.security.password.hashing.bcrypt.rounds': 4,
      'plugins.security.nodes_dn': [name],
      'plugins.security.authcz.admin_dn': ['CN=nobody'],
      [`${ssl}.transport.enforce_hostname_verification`]: false,
      [`${ssl}.transport.pemcert_filepath`]: 'node.crt',
      [`${ssl}.transport.pemkey_filepath`]: 'node.key',
      [`${ssl}.transport.pemtrustedcas_filepath`]: 'nodes.crt',
      [`${ssl}.http.enabled`]: tls !== undefined,
      ...(tls && {
        [`${ssl}.http.pemcert_filepath`]: 'http.crt',
        [`${ssl}.http.pemkey_filepath`]: 'http.key',
        [`${ssl}.http.pemtrustedcas_filepath`]: 'http-ca.crt',
      }),
    }),
  );
}

const internal = { type: 'intern' };

/** Basic credentials of its internal users, and tokens that name one. */
const authentication = {
  _meta: { type: 'config', config_version: 2 },
  config: {
    dynamic: {
      http: { anonymous_auth_enabled: false },
      authc: {
        basic: {
          http_enabled: true,
          transport_enabled: true,
          order: 1,
          http_authenticator: { type: 'basic', challenge: true },
          authentication_backend: internal,
        },
        jwt: {
          http_enabled: true,
          transport_enabled: false,
          order: 0,
          http_authenticator: {
            type: 'jwt',
            challenge: false,
            config: { signing_key: signingKey, jwt_header: 'Authorization' },
          },
          authentication_backend: { type: 'noop' },
        },
      },
      authz: {},
    },
  },
};

async function install(): Promise<string> {
  return cached(`opensearch-${VERSION}`, async (folder) => {
    const work = join(folder, 'maven');
    const lib = join(folder, 'lib');
    const classes = join(folder, 'classes');
    await mkdir(work);
    await mkdir(lib);
    await mkdir(classes);
    await writeFile(join(work, 'pom.xml'), project());
    await mavenDependency('unpack', { artifact: SECURITY, outputDirectory: join(work, 'plugin') }, work);
    // If both contain a library, the server's version is used.
    for (const file of await readdir(join(work, 'plugin'))) {
      if (file.endsWith('.jar')) await rename(join(work, 'plugin', file), join(lib, file));
    }
    await mavenDependency('copy-dependencies', { outputDirectory: lib }, work);
    await rename(join(work, 'plugin/config'), join(folder, 'security'));
    await must('javac', ['-cp', `${lib}/*`, '-d', classes, SOURCE], {
      install: needs.java.install,
    });
    await rm(work, { recursive: true });
  });
}

const project = (): string => {
  const dependencies = LIBRARIES.map((library) => {
    const [group, artifact, version] = library.split(':');
    return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
  });
  return `<project><modelVersion>4.0.0</modelVersion><groupId>test</groupId><artifactId>test</artifactId><version>1</version><dependencies>${dependencies.join('')}</dependencies></project>`;
};
