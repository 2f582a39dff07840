import { dbhub as type } from '../../src/servers/dbhub/dbhub.ts';
import type { TenantOf } from './tenant.ts';

const ENGINES = ['postgres', 'mysql', 'mariadb', 'sqlserver'] as const;

export const dbhub: TenantOf = {
  type,
  resources: 'Databases',
  spec: (name, index) => ({
    type: ENGINES[index % ENGINES.length] ?? 'postgres',
    host: `${name}.db.tas-acme.svc.cluster.local`,
    database: `orders_${index}`,
  }),
  secret: (index) => ({ username: `reader_${index}`, password: `p@ss/w%rd-${index}-${'x'.repeat(20)}` }),
  instance: { defaultPolicy: { readOnly: true, maxRows: 500 } },
};
