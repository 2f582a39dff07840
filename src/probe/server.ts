import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import { createBoundedServer } from '../process/connections.ts';
import type { Log } from '../process/log.ts';

export interface HealthServer {
  port: number;
  close: () => Promise<void>;
}

/** Serves `/metrics`, and `/healthz`, which fails with the result of `unhealthy`. Rejects if the port is in use. */
export const serveHealth = async (
  port: number,
  unhealthy: () => string | undefined,
  registry: Registry,
  log: Log,
): Promise<HealthServer> => {
  const answer = async (path: string | undefined, response: ServerResponse): Promise<void> => {
    if (path === '/healthz') {
      const why = unhealthy();
      response.writeHead(why === undefined ? 200 : 503, { 'content-type': 'text/plain' });
      response.end(`${why ?? 'ok'}\n`);
    } else if (path === '/metrics') {
      const text = await registry.metrics();
      response.writeHead(200, { 'content-type': registry.contentType });
      response.end(text);
    } else {
      response.writeHead(404).end();
    }
  };
  const server = createBoundedServer(log);
  server.on('request', (request, response) => {
    void answer(request.url?.split('?', 1)[0], response);
  });
  server.requestTimeout = 10_000;
  server.listen(port);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};
