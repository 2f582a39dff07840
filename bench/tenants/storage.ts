import { storage as type } from '../../src/servers/storage/storage.ts';
import type { TenantOf } from './tenant.ts';

export const storage: TenantOf = {
  type,
  resources: 'StorageBuckets',
  spec: (name, index) => ({
    ...(index % 2 === 0
      ? { endpoint: `https://${name}.s3.tas-acme.svc.cluster.local:9000` }
      : { region: 'eu-central-1' }),
    bucket: `orders-${index}`,
    prefix: 'published/',
  }),
  secret: (index) => ({
    accessKeyId: `AKIAIOSFODNN7EXAMPLE${index}`,
    secretAccessKey: `wJalrXUtnFEMI/K7MDENG+bPxRfiCY${'x'.repeat(10)}${index}`,
  }),
  instance: { defaultPolicy: { readOnly: true, maxGetSize: '2Mi' } },
};
