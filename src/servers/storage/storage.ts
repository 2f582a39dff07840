import { identifier } from '../identifier.ts';
import { ownImage } from '../own-image.ts';
import type { ServerType } from '../server-type.ts';
import { bucketDestination } from './place.ts';
import { bucketCheck } from './storage-check.ts';
import { bucketSource, connectionsJson } from './storage-config.ts';
import { storageContainer } from './storage-container.ts';
import type { StorageInstanceSpec, StoragePolicy } from './storage-instance.ts';
import { storageBucketApi, storageInstanceApi } from './storage-kinds.ts';
import { effectivePolicy } from './storage-policy.ts';
import type { StorageBucketSpec } from './storage-resource.ts';

/** Buckets over MCP, with the tools of https://github.com/txn2/mcp-s3 in the server `images/mcp-s3`. */
export const storage: ServerType<StorageBucketSpec, StoragePolicy, StorageInstanceSpec> = {
  name: 'storage',
  group: 'storage.tas.io',
  version: 'v1alpha1',
  resource: storageBucketApi,
  instance: storageInstanceApi,
  image: ownImage('mcp-s3'),
  configFile: 'connections.json',
  id: (name) => identifier(name, 49),
  selection: (spec) => spec.resourceSelector,
  policy: (spec) => spec.defaultPolicy,
  unsupported: () => undefined,
  needs: ({ credentialsRef: ref, caRef }) => ({
    credentials: {
      name: ref.name,
      ...(ref.namespace !== undefined && { namespace: ref.namespace }),
      values: [
        { purpose: 'ACCESS_KEY_ID', keys: [ref.accessKeyIdKey], encoding: 'header' },
        { purpose: 'SECRET_ACCESS_KEY', keys: [ref.secretAccessKeyKey], encoding: 'json' },
        ...(ref.sessionTokenKey === undefined
          ? []
          : [{ purpose: 'SESSION_TOKEN', keys: [ref.sessionTokenKey], encoding: 'header' as const }]),
      ],
    },
    ...(caRef && { ca: caRef }),
  }),
  destination: bucketDestination,
  effective: effectivePolicy,
  keeps: () => true,
  source: bucketSource,
  check: bucketCheck,
  config: connectionsJson,
  container: storageContainer,
  serves: { mcpPath: '/mcp', healthPath: '/healthz', tokenEnv: 'MCP_S3_AUTH_TOKEN' },
};
