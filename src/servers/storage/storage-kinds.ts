import { ResourceStatus } from '../../schema/status.ts';
import { instanceColumns, instanceScale, resourceColumns, specColumn } from '../columns.ts';
import type { ApiKind } from '../server-type.ts';
import { StorageInstanceSpec, StorageInstanceStatus } from './storage-instance.ts';
import { StorageBucketSpec } from './storage-resource.ts';

/** A bucket that a tenant declares. */
export const storageBucketApi: ApiKind = {
  kind: 'StorageBucket',
  plural: 'storagebuckets',
  shortNames: ['sb'],
  description:
    'A bucket of AWS S3, or of what speaks its protocol, with a reference to its credentials, for the StorageMCPInstances of its namespace.',
  spec: StorageBucketSpec,
  status: ResourceStatus,
  columns: resourceColumns(specColumn('Bucket', 'bucket'), specColumn('Endpoint', 'endpoint')),
};

/** A server that serves the StorageBuckets it selects. */
export const storageInstanceApi: ApiKind = {
  kind: 'StorageMCPInstance',
  plural: 'storagemcpinstances',
  shortNames: ['smcp'],
  description: 'A server that serves objects in StorageBuckets of its namespace to MCP clients.',
  spec: StorageInstanceSpec,
  status: StorageInstanceStatus,
  columns: instanceColumns('Buckets'),
  scale: instanceScale,
};
