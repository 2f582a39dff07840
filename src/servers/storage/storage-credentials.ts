import type { Credential } from '../server-type.ts';
import type { StorageBucketSpec } from './storage-resource.ts';

/** The access key, and the session token of temporary credentials. */
export const bucketCredentials = (ref: StorageBucketSpec['credentialsRef']): Credential[] => [
  { purpose: 'ACCESS_KEY_ID', keys: [ref.accessKeyIdKey], encoding: 'header' },
  { purpose: 'SECRET_ACCESS_KEY', keys: [ref.secretAccessKeyKey], encoding: 'json' },
  ...(ref.sessionTokenKey === undefined
    ? []
    : [{ purpose: 'SESSION_TOKEN', keys: [ref.sessionTokenKey], encoding: 'header' as const }]),
];
