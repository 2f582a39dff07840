import { needsOf } from '../needs.ts';
import { ownImage } from '../own-image.ts';
import type { ServerType } from '../server-type.ts';
import { bucketCheck } from './storage-check.ts';
import { bucketSource, connectionsJson } from './storage-config.ts';
import { storageContainer } from './storage-container.ts';
import { bucketCredentials } from './storage-credentials.ts';
import { bucketDestination } from './storage-destination.ts';
import { bucketId } from './storage-id.ts';
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
  id: bucketId,
  selection: (spec) => spec.resourceSelector,
  policy: (spec) => spec.defaultPolicy,
  unsupported: () => undefined,
  needs: (spec) => needsOf(spec, bucketCredentials),
  destination: bucketDestination,
  effective: effectivePolicy,
  keeps: () => true,
  source: bucketSource,
  check: bucketCheck,
  config: connectionsJson,
  container: storageContainer,
  serves: { mcpPath: '/mcp', healthPath: '/healthz', tokenEnv: 'MCP_S3_AUTH_TOKEN' },
};
