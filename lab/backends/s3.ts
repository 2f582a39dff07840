import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { request as http } from 'node:http';
import { request as https } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { AwsV4Signer } from 'aws4fetch';
import { must } from '../process/run.ts';
import {
  freePort,
  removeFolder,
  type ServerProcess,
  startServer,
  temporaryFolder,
} from '../process/server-process.ts';
import { ensureTool } from '../tools/build.ts';
import type { ServerTls } from './backend.ts';

/** A key pair, as in a tenant's Secret. */
export interface S3Keys {
  accessKeyId: string;
  secretAccessKey: string;
}

export interface S3User extends S3Keys {
  bucket: string;
  /** True: it may list and read. Default: false, which also allows writing and deleting. */
  readOnly?: boolean;
  /** The prefix where it may do so, with a trailing "/". Default: the whole bucket. */
  prefix?: string;
  /** Access keys of other users with the same permissions. Default: none. */
  besides?: readonly string[];
}

export interface S3Options {
  /** Default: loopback. */
  host?: string;
  /** Default: a free port. */
  port?: number;
  /** Default: us-east-1. */
  region?: string;
  tls?: ServerTls;
  /** Base domain of buckets that are addressed as `<bucket>.<domain>`. Default: only by path. */
  virtualDomain?: string;
  /** True: buckets may have names that AWS does not allow. */
  anyBucketName?: boolean;
}

/** A real S3 server that checks signatures, with its data in a separate folder. */
export interface S3Server extends AsyncDisposable {
  host: string;
  port: number;
  region: string;
  /** With scheme, host and port, and without a path. */
  url: string;
  root: S3Keys;
  createBucket: (name: string) => Promise<void>;
  /** Creates a user and sets the policy of its bucket, which replaces the policy of another user. */
  createUser: (user: S3User) => Promise<void>;
  deleteUser: (accessKeyId: string) => Promise<void>;
  put: (bucket: string, key: string, body: string | Uint8Array, type?: string) => Promise<void>;
  /** The body of an object. Undefined if it does not exist. */
  get: (bucket: string, key: string) => Promise<string | undefined>;
  /** Keys of a bucket. */
  list: (bucket: string) => Promise<string[]>;
  /** One line for each request so far. */
  requests: () => string[];
  /** Stops it and keeps its data, then starts it again with the same address. */
  pull: () => Promise<void>;
  restart: () => Promise<void>;
  stop: () => Promise<void>;
}

const root: S3Keys = { accessKeyId: 'root-access-key', secretAccessKey: 'root-secret-key' };

/** Starts versitygw, which is built on first use. A start takes about 0.1 s. https://github.com/versity/versitygw */
export async function startS3(options: S3Options = {}): Promise<S3Server> {
  const { host = '127.0.0.1', port = await freePort(), region = 'us-east-1', tls, virtualDomain } = options;
  const names = options.anyBucketName ? ['--disable-strict-bucket-names'] : [];
  const command = await ensureTool('versitygw');
  const folder = await temporaryFolder('function-mcp-s3');
  const [data, iam] = [join(folder, 'data'), join(folder, 'iam')];
  await mkdir(data);
  await mkdir(iam);
  const url = `${tls ? 'https' : 'http'}://${host}:${port}`;
  const local = `${tls ? 'https' : 'http'}://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
  const ask = (
    method: string,
    path: string,
    body: string | Uint8Array = '',
    headers = {},
    expected = [200, 204],
  ) => signed(local, region, method, path, body, headers, expected);

  const start = async (): Promise<ServerProcess> => {
    const server = startServer({
      command,
      args: [
        '--port',
        `${host}:${port}`,
        '--access',
        root.accessKeyId,
        '--secret',
        root.secretAccessKey,
      ].concat(
        ['--region', region, '--iam-dir', iam, '--access-log', 'stdout', '--quiet', '--keep-alive'],
        tls ? ['--cert', tls.certificate, '--key', tls.key] : [],
        virtualDomain ? ['--virtual-domain', virtualDomain] : [],
        names,
        ['posix', data],
      ),
      cwd: folder,
      env: { PATH: process.env['PATH'] },
    });
    await server.until(async () => (await ask('GET', '/').catch(() => undefined))?.status === 200, 20);
    return server;
  };

  const administer = (verb: string, ...args: string[]) => {
    const admin = ['admin', '--allow-insecure', '--region', region, '--endpoint-url', local];
    const as = ['--access', root.accessKeyId, '--secret', root.secretAccessKey];
    return must(command, [...admin, ...as, verb, ...args]);
  };

  let server = await start();
  const stop = async () => {
    await server.stop();
    await removeFolder(folder);
  };
  return {
    host,
    port,
    region,
    url,
    root,
    createBucket: async (name) => void (await ask('PUT', `/${name}`)),
    async createUser({ accessKeyId, secretAccessKey, ...policy }) {
      const keys = ['--access', accessKeyId, '--secret', secretAccessKey];
      await administer('create-user', ...keys, '--role', 'user');
      await ask('PUT', `/${policy.bucket}?policy`, JSON.stringify(policyOf(accessKeyId, policy)));
    },
    deleteUser: async (accessKeyId) => void (await administer('delete-user', '--access', accessKeyId)),
    put: async (bucket, key, body, type = 'text/plain') =>
      void (await ask('PUT', `/${bucket}/${pathOf(key)}`, body, { 'Content-Type': type })),
    async get(bucket, key) {
      const answer = await ask('GET', `/${bucket}/${pathOf(key)}`, '', {}, [200, 404]);
      return answer.status === 200 ? answer.text : undefined;
    },
    async list(bucket) {
      const answer = await ask('GET', `/${bucket}?list-type=2`);
      return [...answer.text.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => key);
    },
    requests: () =>
      server
        .logs()
        .split('\n')
        .filter((line) => line.includes(' s3_')),
    pull: () => server.stop(),
    async restart() {
      server = await start();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

const pathOf = (key: string): string => key.split('/').map(encodeURIComponent).join('/');

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html */
const policyOf = (
  accessKeyId: string,
  { bucket, readOnly, prefix = '', besides = [] }: Omit<S3User, keyof S3Keys>,
) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: [accessKeyId, ...besides] },
      Action: ['s3:ListBucket', 's3:GetBucketLocation'],
      Resource: [`arn:aws:s3:::${bucket}`],
    },
    {
      Effect: 'Allow',
      Principal: { AWS: [accessKeyId, ...besides] },
      Action: readOnly ? ['s3:GetObject'] : ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      Resource: [`arn:aws:s3:::${bucket}/${prefix}*`],
    },
  ],
});

interface Answer {
  status: number;
  text: string;
}

/** Sends a request as the root user. Throws if the status is not the expected one. */
async function signed(
  origin: string,
  region: string,
  method: string,
  path: string,
  body: string | Uint8Array,
  headers: Record<string, string>,
  expected: readonly number[],
): Promise<Answer> {
  const request = await new AwsV4Signer({
    ...root,
    method,
    url: `${origin}${path}`,
    headers: { ...headers, 'x-amz-content-sha256': createHash('sha256').update(body).digest('hex') },
    service: 's3',
    region,
  }).sign();
  const answer = await exchange(request.url, method, Object.fromEntries(request.headers), body);
  if (!expected.includes(answer.status))
    throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return answer;
}

/** Accepts any certificate, because the server was just started here. */
const exchange = (
  url: URL,
  method: string,
  headers: Record<string, string>,
  body: string | Uint8Array,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? https : http;
    const outgoing = request(url, { method, headers, rejectUnauthorized: false }, (answer) => {
      text(answer).then((said) => resolve({ status: answer.statusCode ?? 0, text: said }), reject);
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
