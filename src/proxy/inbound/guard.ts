import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createBoundedServer } from '../../process/connections.ts';
import type { Log } from '../../process/log.ts';
import { limitRequests } from '../shared/admission.ts';
import { watchHealth } from '../shared/health.ts';
import { memoryOf, sidecarMemory } from '../shared/memory.ts';
import { judgeBy } from './judge.ts';
import { pass, refuse } from './pass.ts';

/** Options of a guard. */
export interface GuardOptions {
  /** Address that clients connect to. Port 0 selects a free port. */
  listen: { host: string; port: number };
  /** Origin of the server, such as `http://127.0.0.1:8081`. */
  server: URL;
  /** Path of the server's health page. Like the guard's own page, it needs no token. */
  healthPath: string;
  token: string;
  log: Log;
  /** The memory for requests and answers. */
  memory?: ReturnType<typeof memoryOf>;
}

/** A running guard. */
export interface Guard {
  port: number;
  /** Accepts no more requests, and aborts open requests after `patience` milliseconds. */
  close: (patience: number) => Promise<void>;
}

/** Maximum number of concurrent requests. Each uses two connections and their buffers. */
const maxRequests = 512;

/**
 * A GET of MCP opens a stream on which the server may send something. No call waits for it, and its client opens it
 * again. https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#listening-for-messages-from-the-server
 */
const opensStream = ({ method }: IncomingMessage): boolean => method === 'GET';

/**
 * Protects a server that cannot check a token. Passes a request with the bearer token to the server, without the token,
 * and streams the answer back without a time limit. Rejects if it cannot listen on the address.
 */
export const startGuard = async (options: GuardOptions): Promise<Guard> => {
  const { listen, server, healthPath, token, log, memory = memoryOf(sidecarMemory) } = options;
  const judge = judgeBy(token, healthPath);
  const health = watchHealth(new URL(healthPath, server));
  const admits = limitRequests(maxRequests, memory.relieve, opensStream);

  const answerHealth = async (response: ServerResponse): Promise<void> => {
    const found = await health();
    if (!found) return refuse(response, 502, 'The MCP server does not answer');
    response.writeHead(found.status, found.type === undefined ? {} : { 'content-type': found.type });
    response.end(found.body);
  };

  const handle = (request: IncomingMessage, response: ServerResponse, expects: boolean): void => {
    const verdict = judge(request);
    if (verdict === 'health') void answerHealth(response);
    else if (verdict === 'live') response.writeHead(200).end('OK\n');
    else if (verdict !== 'pass') {
      const { status, message, challenge } = verdict;
      refuse(response, status, message, challenge ? { 'www-authenticate': challenge } : {});
    } else if (!admits(request, response))
      refuse(response, 503, 'Too many requests are in progress', { 'retry-after': '1' });
    else admit(request, response, expects);
  };

  const admit = (request: IncomingMessage, response: ServerResponse, expects: boolean): void => {
    const share = memory.open(() => response.destroy());
    response.once('close', share.end);
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
  const guard = createBoundedServer(log);
  guard.on('request', safely(false));
  guard.on('checkContinue', safely(true));
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
