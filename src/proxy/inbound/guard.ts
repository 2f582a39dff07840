import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '../../process/log.ts';
import { limitConnections, maxConnections, strictly } from '../shared/connections.ts';
import { watchHealth } from '../shared/health.ts';
import { memoryOf, sidecarMemory } from '../shared/memory.ts';
import { judgeBy } from './judge.ts';
import { pass, refuse } from './pass.ts';

/** What a guard is started with. */
export interface GuardOptions {
  /** Address that clients reach it on; port 0 takes a free one. */
  listen: { host: string; port: number };
  /** Origin of the server, such as `http://127.0.0.1:8081`. */
  server: URL;
  /** The one path that needs no token: the kubelet's. */
  healthPath: string;
  token: string;
  log: Log;
  /** What is under way counts in it. */
  memory?: ReturnType<typeof memoryOf>;
}

/** A guard that serves. */
export interface Guard {
  port: number;
  /** Takes no more requests, and cuts those that are still open after `patience` milliseconds. */
  close: (patience: number) => Promise<void>;
}

/** Requests at the same time; each holds two connections and their buffers. */
const maxRequests = 512;

/**
 * Stands between clients and a server that knows no token. A request that shows the bearer token goes on to the
 * server as it came, but for the token, and the answer comes back as it is sent, however long that takes. Rejects
 * where the address cannot be listened on.
 */
export const startGuard = async (options: GuardOptions): Promise<Guard> => {
  const { listen, server, healthPath, token, log, memory = memoryOf(sidecarMemory) } = options;
  const judge = judgeBy(token, healthPath);
  const health = watchHealth(new URL(healthPath, server));
  let open = 0;

  const answerHealth = async (response: ServerResponse): Promise<void> => {
    const found = await health();
    if (!found) return refuse(response, 502, 'The MCP server does not answer');
    response.writeHead(found.status, found.type === undefined ? {} : { 'content-type': found.type });
    response.end(found.body);
  };

  const handle = (request: IncomingMessage, response: ServerResponse, expects: boolean): void => {
    const verdict = judge(request);
    if (verdict === 'health') void answerHealth(response);
    else if (verdict !== 'pass') {
      const { status, message, challenge } = verdict;
      refuse(response, status, message, challenge ? { 'www-authenticate': challenge } : {});
    } else if (open >= maxRequests && !memory.relieve())
      refuse(response, 503, 'Too many requests are in progress', { 'retry-after': '1' });
    else admit(request, response, expects);
  };

  const admit = (request: IncomingMessage, response: ServerResponse, expects: boolean): void => {
    open++;
    const share = memory.open(() => response.destroy());
    response.once('close', () => {
      open--;
      share.end();
    });
    if (expects) response.writeContinue();
    pass(request, response, server, share);
  };

  const safely = (expects: boolean) => (request: IncomingMessage, response: ServerResponse) => {
    try {
      handle(request, response, expects);
    } catch (error) {
      log.warn({ error: error instanceof Error ? error.name : typeof error }, 'A request failed');
      response.destroy();
    }
  };
  const guard = createServer(strictly, safely(false));
  guard.on('checkContinue', safely(true));
  limitConnections(guard, maxConnections, () =>
    log.warn({ connections: maxConnections }, 'Closed a connection to make room'),
  );
  await new Promise<void>((resolve, reject) => {
    guard.once('error', reject);
    guard.listen(listen, resolve);
  });

  return {
    port: (guard.address() as AddressInfo).port,
    async close(patience) {
      const closed = new Promise<void>((resolve) => guard.close(() => resolve()));
      const deadline = setTimeout(() => guard.closeAllConnections(), patience);
      guard.closeIdleConnections();
      await closed;
      clearTimeout(deadline);
    },
  };
};
