import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort } from '../../lab/process/server-process.ts';

test('ports are free, all different, and none that the system hands out', async () => {
  const ports = await Promise.all(Array.from({ length: 200 }, freePort));
  expect(new Set(ports).size).toBe(200);
  expect(ports.filter((port) => port < 1024 || port >= 32_768)).toEqual([]);
  const servers = await Promise.all(
    ports.map(
      (port) =>
        new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
          const server = createServer().once('error', reject);
          server.listen(port, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  for (const server of servers) server.close();
});
