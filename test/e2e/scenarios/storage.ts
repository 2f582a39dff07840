import { startS3 } from '../../../lab/backends/s3.ts';
import { hostAddress } from '../fixtures/host-service.ts';
import { serverTypeScenario, type TypeBackend } from '../server-type.ts';

const old = { accessKeyId: 'mcp-reader', secretAccessKey: 's3cret/with+"quotes" $and {braces}' };
const next = { accessKeyId: 'mcp-reader-2', secretAccessKey: 'an0ther/key+ $ {x}' };
const reader = { bucket: 'acme-reports', prefix: 'published/', readOnly: true };

export const storage = serverTypeScenario({
  type: 'storage',
  title: 'A bucket: what is in it is read; the store goes and comes back, and its keys rotate',
  instance: 'files',
  resource: 'reports',
  service: { name: 'minio', port: 9000 },
  start: s3Backend,
  rotated: { secret: 'reports-s3', stringData: next },
  columns: {
    resource: ['BUCKET', 'ENDPOINT'],
    row: (namespace) => ['acme-reports', `http://minio.${namespace}.svc:9000`],
    counts: 'BUCKETS',
  },
  ask: {
    tool: 's3_get_object',
    args: { connection: 'reports', bucket: 'acme-reports', key: 'published/2026/q1.txt' },
    says: /a good quarter/,
  },
});

async function s3Backend(): Promise<TypeBackend> {
  const server = await startS3({ host: hostAddress });
  await server.createBucket('acme-reports');
  await server.put('acme-reports', 'published/2026/q1.txt', 'a good quarter');
  await server.createUser({ ...old, ...reader });
  return {
    port: server.port,
    down: server.pull,
    up: server.restart,
    admit: () => server.createUser({ ...next, ...reader, besides: [old.accessKeyId] }),
    revoke: () => server.deleteUser(old.accessKeyId),
    stop: server.stop,
  };
}
