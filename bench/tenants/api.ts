import { api as type } from '../../src/servers/api/api.ts';
import type { TenantOf } from './tenant.ts';

const operation = (name: string, index: number) => ({
  name: `${name}_${index}`,
  path: `/v1/${name}s/{id}/parts/${index}`,
  description: `Gets part ${index} of a ${name}`,
  parameters: [
    { name: 'id', in: 'path', type: 'integer' },
    { name: 'fields', in: 'query', type: 'array' },
  ],
});

/** Each with the ten operations that a person would write down. */
export const api: TenantOf = {
  type,
  resources: 'APIEndpoints',
  spec: (name, index) => ({
    baseUrl: `https://${name}.tas-acme.svc.cluster.local/base`,
    credentialsRef: {
      name: `${name}-credentials`,
      ...(index % 2 === 0 ? { method: 'header', parameter: 'X-API-Key' } : {}),
    },
    operations: Array.from({ length: 10 }, (_, number) => operation('order', number)),
  }),
  secret: (index) => ({ token: `t0ken-${index}-${'x'.repeat(40)}` }),
  instance: { defaultPolicy: { readOnly: true } },
};
