import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GateFile } from '../../contract/gate.ts';
import { withOwnApiServer } from '../../contract/own-api-server.ts';
import type { Log } from '../../process/log.ts';
import { limitConnections, maxConnections, strictly } from '../shared/connections.ts';
import { memoryOf, type Share, sidecarMemory } from '../shared/memory.ts';
import { type Content, collect, NoAnswer, openWay, type Way } from './forward.ts';
import { headersOf, targetOf } from './target.ts';

/** What a gate is started with. */
export interface GateOptions {
  listen: { host: string; port: number };
  file: GateFile;
  /** Texts of the certificate authorities that the file names, by path. */
  authorities: ReadonlyMap<string, string>;
  log: Log;
  /** Requests and answers count in it. */
  memory?: ReturnType<typeof memoryOf>;
}

/** A gate that serves. */
export interface Gate {
  port: number;
  /** Takes no more requests, and cuts those that are still open after `patience` milliseconds. */
  close: (patience: number) => Promise<void>;
}

/** Bytes that a request may have. */
const maxRequest = 8 * 1024 * 1024;

/** Statuses for what an answer fails of; anything else is a 502. */
const statuses: Record<string, number> = { TIMEOUT: 504, ADDRESS_NOT_ALLOWED: 403, NO_ROOM: 503 };

/** Requests at the same time. */
const maxRequests = 512;

/** Milliseconds that the server beside it may take nothing of an answer. */
const takeTime = 60_000;

/**
 * Stands between a server and what its Resources lead to. It puts in the credentials, which the server never
 * sees and so cannot show to a client; it goes to the hosts of its routes and nowhere else, whatever these answer;
 * and it gives each Resource its own trust. Rejects where the address cannot be listened on.
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
  let open = 0;

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const target = targetOf(request, routes);
    if (!target.ok) {
      log.warn(target.error, 'Refused a request');
      response.writeHead(target.error.status, { connection: 'close' }).end();
      return;
    }
    const { route, name, path } = target.value;
    if (open >= maxRequests) return busy(response);
    open++;
    const share = memory.open();
    response.once('close', () => {
      open--;
      share.end();
    });
    const body = await bodyOf(request, share);
    if (typeof body === 'number')
      return body === 503 ? busy(response) : void response.writeHead(body, { connection: 'close' }).end();
    try {
      const method = request.method ?? 'GET';
      const headers = headersOf(request.headers, route);
      const answer = await ways.get(name)?.send({ method, path, headers, body }, share);
      if (!answer) throw new Error(`the route ${name} has no connection`);
      share.give(body.size);
      if (response.destroyed) return;
      const type = answer.type === undefined ? {} : { 'content-type': answer.type };
      response.setTimeout(takeTime, () => response.destroy());
      // Without a Location, whoever asked has nowhere to follow a redirect to.
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

  const server = createServer(strictly, (request, response) => {
    handle(request, response).catch((error: unknown) => {
      log.warn({ error: error instanceof Error ? error.name : typeof error }, 'A request failed');
      response.destroy();
    });
  });
  limitConnections(server, maxConnections, () =>
    log.warn({ connections: maxConnections }, 'Closed a connection to make room'),
  );
  // Longer than the server beside it keeps a connection: the one that asks must be the one that closes.
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

/** The content of a request; the status where it cannot be taken. */
const bodyOf = async (request: IncomingMessage, share: Share): Promise<Content | 413 | 503> => {
  try {
    return await collect(request, maxRequest, share);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return error.code === 'TOO_LARGE' ? 413 : 503;
  }
};
