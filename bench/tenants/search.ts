import { search as type } from '../../src/servers/search/search.ts';
import type { TenantOf } from './tenant.ts';

const ENGINES = ['opensearch', 'elasticsearch', 'meilisearch', 'typesense', 'qdrant'] as const;

export const search: TenantOf = {
  type,
  resources: 'SearchEngines',
  spec: (name, index) => ({
    type: ENGINES[index % ENGINES.length] ?? 'opensearch',
    host: `${name}.search.tas-acme.svc.cluster.local`,
    indices: ['orders', `logs-${index}-*`],
  }),
  secret: (index) => ({
    username: `reader_${index}`,
    password: `p@ss/w%rd-${index}-${'x'.repeat(20)}`,
    'api-key': `k3y-${index}-${'x'.repeat(40)}`,
  }),
  instance: { defaultPolicy: { maxHits: 100 } },
};
