import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GateFile } from '../../contract/gate.ts';
import { withOwnApiServer } from '../../contract/own-api-server.ts';
import { createBoundedServer } from '../../process/connections.ts';
import type { Log } from '../../process/log.ts';
import { limitRequests } from '../shared/admission.ts';
import { memoryOf, type Share, sidecarMemory } from '../shared/memory.ts';
import { type Content, collect, NoAnswer, openWay, type Way } from './forward.ts';
import { readable } from './readable.ts';
import { headersOf, targetOf } from './target.ts';

/** Options of a gate. */
export interface GateOptions {
  listen: { host: string; port: number };
  file: GateFile;
  /** PEM texts of the certificate authorities in the file, by path. */
  authorities: ReadonlyMap<string, string>;
  log: Log;
  /** The memory for requests and answers. */
  memory?: ReturnType<typeof memoryOf>;
}

/** A running gate. */
export interface Gate {
  port: number;
  /** Accepts no more requests, and aborts open requests after `patience` milliseconds. */
  close: (patience: number) => Promise<void>;
}

/** Maximum size of a request in bytes. */
const maxRequest = 8 * 1024 * 1024;

/** Statuses by the error of a request. The default is 502. */
const statuses: Record<string, number> = { TIMEOUT: 504, ADDRESS_NOT_ALLOWED: 403, NO_ROOM: 503 };

/** Maximum number of concurrent requests. */
const maxRequests = 512;

/** Milliseconds that the server may pause reading an answer. */
const takeTime = 60_000;

/**
 * Proxies the requests of a server to its Resources. It adds the credentials, so that the server never sees them and
 * cannot show them to a client. It connects only to the hosts of its routes, regardless of their answers, and verifies
 * each Resource with its own certificate authority. Rejects if it cannot listen on the address.
 */
export const startGate = async (options: GateOptions): Promise<Gate> => {
  const { listen, file, authorities, log, memory = memoryOf(sidecarMemory) } = options;
  const ranges = withOwnApiServer(file.ranges, process.env);
  const routes = new Map(Object.entries(file.routes));
  const ways = new Map<string, Way>(
    [...routes].map(([name, route]) => [
      name,
      openWay(route, route.ca === undefined ? undefined : authorities.get(route.ca), ranges),
    ]),
  );
  const admits = limitRequests(maxRequests, memory.relieve);

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const target = targetOf(request, routes);
    if (!target.ok) {
      log.warn(target.error, 'Refused a request');
      response.writeHead(target.error.status, { connection: 'close' }).end();
      return;
    }
    const { route, name, path } = target.value;
    if (!admits(request, response)) return busy(response);
    const share = memory.open();
    response.once('close', share.end);
    const body = await bodyOf(request, share);
    if (typeof body === 'number')
      return body === 503 ? busy(response) : void response.writeHead(body, { connection: 'close' }).end();
    try {
      const method = request.method ?? 'GET';
      const headers = headersOf(request.headers, route);
      if (body.size === 0) delete headers['content-type'];
      const found = await ways.get(name)?.send({ method, path, headers, body }, share);
      if (!found) throw new Error(`the route ${name} has no connection`);
      const answer = readable(found, share);
      share.give(body.size);
      if (response.destroyed) return;
      const type = answer.type === undefined ? {} : { 'content-type': answer.type };
      response.setTimeout(takeTime, () => response.destroy());
      // Without a Location, the caller cannot follow a redirect.
      response.writeHead(answer.status, { ...type, 'content-length': answer.body.size });
      for (const chunk of answer.body.chunks) response.write(chunk);
      response.end();
    } catch (error) {
      const { code = 'UNKNOWN' } = error as NodeJS.ErrnoException;
      log.warn({ route: name, code }, 'The Resource did not answer');
      if (code === 'NO_ROOM') return busy(response);
      response.writeHead(statuses[code] ?? 502).end();
    }
  };

  const server = createBoundedServer(log);
  server.on('request', (request, response) => {
    handle(request, response).catch((error: unknown) => {
      log.warn({ error: error instanceof Error ? error.name : typeof error }, 'A request failed');
      response.destroy();
    });
  });
  // Longer than the server keeps a connection, because the side that sends requests must close it.
  server.keepAliveTimeout = 180_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listen, resolve);
  });

  return {
    port: (server.address() as AddressInfo).port,
    async close(patience) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const deadline = setTimeout(() => server.closeAllConnections(), patience);
      server.closeIdleConnections();
      await closed;
      clearTimeout(deadline);
      for (const way of ways.values()) way.close();
    },
  };
};

const busy = (response: ServerResponse): void => {
  response.writeHead(503, { connection: 'close', 'retry-after': '1' }).end();
};

/** Reads the content of a request. Returns a status if it cannot be accepted. */
const bodyOf = async (request: IncomingMessage, share: Share): Promise<Content | 413 | 503> => {
  try {
    return await collect(request, maxRequest, share);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return error.code === 'TOO_LARGE' ? 413 : 503;
  }
};
