import type { McpClient } from '../../lab/clients/mcp.ts';
import type { JsonObject } from '../../src/contract/kube.ts';
import type { UnusableReason } from '../../src/contract/reasons.ts';
import { StorageBucketSpec } from '../../src/servers/storage/storage-resource.ts';
import type { World } from '../../src/simulate/reconcile.ts';
import type { KubeObject } from '../../src/simulate/server-fields.ts';
import { authority, environmentConfig, type Flavour, secret, TENANT, worldOf, xr } from '../support/world.ts';

/** A StorageBucket. */
export const bucket = (flavour: Flavour, name: string, spec: JsonObject): KubeObject =>
  xr(flavour, 'StorageBucket', name, spec);

/** A tenant whose Instance serves all of these. */
export const storageWorld = (
  flavour: Flavour,
  buckets: Readonly<Record<string, JsonObject>>,
  supplies: readonly KubeObject[],
  fields: JsonObject = {},
): World =>
  worldOf(xr(flavour, 'StorageMCPInstance', 'files', fields), [
    environmentConfig(),
    ...supplies,
    ...Object.entries(buckets).map(([name, spec]) => bucket(flavour, name, spec)),
  ]);

/** The Secret of a key pair. */
export const keysSecret = (name: string, accessKeyId: string, secretAccessKey: string): KubeObject =>
  secret(name, { accessKeyId, secretAccessKey });

/** A StorageBucket, and what has to come of it. */
export interface Case {
  name: string;
  spec: JsonObject;
  /** Why it is not usable. */
  reason?: UnusableReason;
}

const least: JsonObject = { bucket: 'orders', credentialsRef: { name: 'credentials' } };

const places: JsonObject[] = [
  {},
  { region: 'cn-north-1' },
  { bucket: 'orders.example.com', region: 'eu-central-1' },
  { endpoint: 'http://127.0.0.1:1' },
  { endpoint: 'https://127.0.0.1:1', region: 'garage' },
  { endpoint: 'https://minio.invalid', pathStyle: false },
];

const trusts: JsonObject[] = [
  {},
  ...['disable', 'require', 'verify-ca', 'verify-full'].map((sslMode) => ({ sslMode })),
  { caRef: { name: 'authorities' } },
  { caRef: { kind: 'ConfigMap', name: 'authorities', key: 'root.pem' }, sslMode: 'verify-ca' },
];

const wishes: JsonObject[] = [
  {},
  {
    readOnly: true,
    prefix: 'a/b (c)/..d/',
    maxGetSize: '1Ki',
    description: 'Orders, "quoted" \\ and in € {x} $',
  },
  { readOnly: false, maxGetSize: '32Mi', maxPutSize: '32Mi', connectionTimeout: 1, requestTimeout: 1 },
  { credentialsRef: { name: 'credentials', sessionTokenKey: 'token' } },
];

/** Every combination that the API accepts. */
export const kinds: Case[] = places
  .flatMap((place) =>
    trusts.flatMap((trust) => wishes.map((wish) => ({ ...least, ...place, ...trust, ...wish }))),
  )
  .filter((spec) => StorageBucketSpec.safeParse(spec).success)
  .map((spec, index) => ({ name: `kind-${index}`, spec }));

const secured = { endpoint: 'https://minio.invalid' };

/** Every reason for which a StorageBucket keeps its place although it is not usable. */
export const unusable: Case[] = (
  [
    ['SecretNotFound', { credentialsRef: { name: 'nowhere' } }],
    ['SecretKeyMissing', { credentialsRef: { name: 'credentials', accessKeyIdKey: 'id' } }],
    ['SecretKeyMissing', { credentialsRef: { name: 'credentials', sessionTokenKey: 'none' } }],
    ['CredentialsUnsupported', { credentialsRef: { name: 'credentials', secretAccessKeyKey: 'binary' } }],
    ['CredentialsUnsupported', { credentialsRef: { name: 'credentials', accessKeyIdKey: 'lines' } }],
    ['NotGranted', { credentialsRef: { name: 'credentials', namespace: 'tas-beta' } }],
    ['CANotFound', { ...secured, caRef: { name: 'nowhere' } }],
    ['CAInvalid', { ...secured, caRef: { name: 'credentials', key: 'accessKeyId' } }],
    ['HostNotAllowed', { endpoint: 'http://169.254.169.254' }],
  ] as const
).map(([reason, spec], index) => ({
  name: `${reason.toLowerCase()}-${index}`,
  reason,
  spec: { ...least, ...spec } as JsonObject,
}));

/** Everything that the specs name. */
export const supplies: KubeObject[] = [
  withBinary(
    secret('credentials', {
      accessKeyId: 'AKIA0000',
      secretAccessKey: 's3cret/"with\\ ${X} {{y}} é\n',
      token: 'a+session/token==',
      lines: 'AK\r\nIA',
    }),
  ),
  secret('credentials', { accessKeyId: 'beta', secretAccessKey: 'beta' }, { namespace: 'tas-beta' }),
  secret('authorities', { 'ca.crt': authority() }),
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'authorities', namespace: TENANT },
    data: { 'root.pem': authority('another-authority') },
  },
];

/** Bytes that are no text, which a configuration cannot hold. */
function withBinary(object: KubeObject): KubeObject {
  const data = { ...(object['data'] as JsonObject), binary: Buffer.from([0xff, 0xfe]).toString('base64') };
  return { ...object, data };
}

/** A connection as the server describes it. */
export interface Connection {
  name: string;
  bucket: string;
  prefix?: string;
  endpoint?: string;
  description?: string;
  read_only: boolean;
  max_get_size: number;
  max_put_size?: number;
  problem?: string;
}

/** All connections that a client is shown. */
export const connectionsOf = async (client: McpClient): Promise<Connection[]> =>
  (await client.callTool<{ connections: Connection[] }>('s3_list_connections')).content.connections;

/** Keys of a connection's bucket. */
export const keysOf = async (
  client: McpClient,
  args: Record<string, unknown>,
): Promise<string[] | string> => {
  const { content } = await client.callTool<{ objects: { key: string }[] } | string>('s3_list_objects', args);
  return typeof content === 'string' ? content : content.objects.map(({ key }) => key);
};

/** The content of an object, or why there is none. */
export const contentOf = async (client: McpClient, args: Record<string, unknown>): Promise<string> => {
  const { content } = await client.callTool<{ content: string } | string>('s3_get_object', args);
  return typeof content === 'string' ? content : content.content;
};
