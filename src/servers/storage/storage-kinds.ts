import { instanceKind, resourceKind, specColumn } from '../kinds.ts';
import { StorageInstanceSpec, StorageInstanceStatus } from './storage-instance.ts';
import { StorageBucketSpec } from './storage-resource.ts';

/** A bucket that a tenant declares. */
export const storageBucketApi = resourceKind({
  kind: 'StorageBucket',
  plural: 'storagebuckets',
  shortNames: ['sb'],
  description:
    'A bucket of AWS S3 or of a compatible service, with a reference to its credentials. The StorageMCPInstances in its namespace can serve it.',
  spec: StorageBucketSpec,
  columns: [specColumn('Bucket', 'bucket'), specColumn('Endpoint', 'endpoint')],
});

/** A server that serves the selected StorageBuckets. */
export const storageInstanceApi = instanceKind({
  kind: 'StorageMCPInstance',
  plural: 'storagemcpinstances',
  shortNames: ['smcp'],
  description: 'A server that serves objects in StorageBuckets in its namespace to MCP clients.',
  spec: StorageInstanceSpec,
  status: StorageInstanceStatus,
  resources: 'Buckets',
});
