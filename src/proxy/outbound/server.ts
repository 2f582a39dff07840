import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GateFile } from '../../contract/gate.ts';
import { withOwnApiServer } from '../../contract/own-api-server.ts';
import type { Log } from '../../process/log.ts';
import { memoryOf } from '../memory.ts';
import { openWay, type Way } from './forward.ts';
import { headersOf, targetOf } from './target.ts';

/** What a gate is started with. */
export interface GateOptions {
  listen: { host: string; port: number };
  file: GateFile;
  /** Texts of the certificate authorities that the file names, by path. */
  authorities: ReadonlyMap<string, string>;
  log: Log;
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

/** Bytes of answers that are held at a time: a quarter of what its container may have. */
export const maxHeld = 64 * 1024 * 1024;

/**
 * Stands between a server and what its Resources lead to. It puts in the credentials, which the server never
 * sees and so cannot show to a client; it goes to the hosts of its routes and nowhere else, whatever these answer;
 * and it gives each Resource its own trust. Rejects where the address cannot be listened on.
 */
export const startGate = async ({ listen, file, authorities, log }: GateOptions): Promise<Gate> => {
  const memory = memoryOf(maxHeld);
  const ranges = withOwnApiServer(file.ranges, process.env);
  const routes = new Map(Object.entries(file.routes));
  const ways = new Map<string, Way>(
    [...routes].map(([name, route]) => [
      name,
      openWay(route, route.ca === undefined ? undefined : authorities.get(route.ca), memory, ranges),
    ]),
  );

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const target = targetOf(request, routes);
    if (!target.ok) {
      log.warn(target.error, 'Refused a request');
      response.writeHead(target.error.status, { connection: 'close' }).end();
      return;
    }
    const { route, name, path } = target.value;
    const body = await bodyOf(request);
    if (!body) {
      response.writeHead(413, { connection: 'close' }).end();
      return;
    }
    try {
      const method = request.method ?? 'GET';
      const headers = headersOf(request.headers, route);
      const answer = await ways.get(name)?.send({ method, path, headers, body });
      if (!answer) throw new Error(`the route ${name} has no way`);
      const give = () => memory.give(answer.body.length);
      if (response.destroyed) return give();
      response.once('close', give);
      const type = answer.type === undefined ? {} : { 'content-type': answer.type };
      // Without a Location, whoever asked has nowhere to follow a redirect to.
      response.writeHead(answer.status, type).end(answer.body);
    } catch (error) {
      const { code = 'UNKNOWN' } = error as NodeJS.ErrnoException;
      log.warn({ route: name, code }, 'No answer');
      response.writeHead(statuses[code] ?? 502).end();
    }
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      log.warn({ error: error instanceof Error ? error.name : typeof error }, 'A request failed');
      response.destroy();
    });
  });
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

/** The body of a request; undefined where it is too large. */
const bodyOf = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxRequest) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};
