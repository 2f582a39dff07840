import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuthority } from '../../lab/backends/certificates.ts';
import { startTodoApi, type TodoApi } from '../../lab/backends/todo.ts';
import { removeFolder, temporaryFolder } from '../../lab/process/server-process.ts';
import { serveInstance } from '../support/serve-instance.ts';
import { tenantOf } from './tenant.ts';

const operations = [{ name: 'count', path: '/todos/count' }];
const ca = (name: string) => ({ caRef: { kind: 'ConfigMap', name } });

let folder: string;
let good: TodoApi;
let expired: TodoApi;
let pem: string;
let anotherPem: string;
beforeAll(async () => {
  folder = await temporaryFolder('function-mcp-api-tls');
  const authority = await createAuthority(join(folder, 'authority'));
  const another = await createAuthority(join(folder, 'another'), 'Another authority');
  const request = { name: 'localhost', san: 'DNS:localhost', usage: 'server' } as const;
  good = await startTodoApi({ tls: await authority.issue(request) });
  expired = await startTodoApi({
    tls: await authority.issue({ ...request, notAfter: new Date(Date.now() - 60_000) }),
  });
  pem = await readFile(authority.certificate, 'utf8');
  anotherPem = await readFile(another.certificate, 'utf8');
});
afterAll(async () => {
  await good?.stop();
  await expired?.stop();
  if (folder) await removeFolder(folder);
});

test('each API is trusted by its own authority, for its own name, and no other vouches for it', async () => {
  const named = `https://localhost:${good.port}`;
  await using served = await serveInstance(
    tenantOf({
      endpoints: {
        right: { baseUrl: named, operations, ...ca('right') },
        another: { baseUrl: named, operations, ...ca('another') },
        system: { baseUrl: named, operations },
        misnamed: { baseUrl: `https://127.0.0.1:${good.port}`, operations, ...ca('right') },
        expired: { baseUrl: `https://localhost:${expired.port}`, operations, ...ca('right') },
        plain: { baseUrl: `http://localhost:${good.port}`, operations },
      },
      configMaps: { right: { 'ca.crt': pem }, another: { 'ca.crt': anotherPem } },
    }),
  );
  const client = await served.connect();
  const answers: Record<string, unknown> = {};
  for (const name of ['right', 'another', 'system', 'misnamed', 'expired', 'plain'])
    answers[name] = (await client.callTool(`count-${name}`)).content;
  const failed = 'error processing request: unexpected status code: 502 (Bad Gateway)';
  expect(answers).toStrictEqual({
    right: { count: 0 },
    another: failed,
    system: failed,
    misnamed: failed,
    expired: failed,
    plain: failed,
  });
});
