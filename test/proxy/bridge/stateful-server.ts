import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { z } from 'zod';

export interface StatefulServer extends AsyncDisposable {
  origin: URL;
  /** Sessions that clients have opened and not yet ended. */
  sessions: () => number;
  /** Methods of the messages that have arrived. */
  seen: string[];
  /** Keeps notifications waiting until what it returns is called. */
  hold: () => () => void;
  /** Calls of `forever`. */
  open: () => number;
  /** Forgets every session, as a restart would. */
  forget: () => void;
  /** Values of the header MCP-Protocol-Version of all requests after `initialize`. */
  versions: Set<string | undefined>;
  stop: () => Promise<void>;
}

/**
 * The official SDK's own server with sessions, for what DBHub does not use: its tools notify the client
 * (`notify`), ask it something (`roots`), answer at length (`large`), or not at all (`forever`).
 */
export async function startStatefulServer(): Promise<StatefulServer> {
  const transports = new Map<string, StreamableHTTPServerTransport>();
  const versions: StatefulServer['versions'] = new Set();
  const open = { calls: 0 };
  const seen: string[] = [];
  let held: Promise<void> | undefined;
  const server = createServer((request, response) => {
    if (request.url === '/healthz') return void response.end('OK');
    const id = request.headers['mcp-session-id'];
    if (id !== undefined) versions.add(request.headers['mcp-protocol-version'] as string | undefined);
    const known = typeof id === 'string' ? transports.get(id) : undefined;
    if (id !== undefined && !known) return void response.writeHead(404).end();
    const handled = known ? Promise.resolve(known) : newSession(transports, open);
    void handled.then(async (transport) => {
      if (request.method !== 'POST') return transport.handleRequest(request, response);
      const message = (await json(request)) as { method?: string };
      const { method = 'a response' } = message;
      seen.push(method);
      if (method.startsWith('notifications/')) await held;
      return transport.handleRequest(request, response, message);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return {
    origin: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    sessions: () => transports.size,
    seen,
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return resolve;
    },
    open: () => open.calls,
    forget: () => transports.clear(),
    versions,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function newSession(
  transports: Map<string, StreamableHTTPServerTransport>,
  open: { calls: number },
): Promise<StreamableHTTPServerTransport> {
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (id) => void transports.set(id, transport),
    onsessionclosed: (id) => void transports.delete(id),
  });
  const mcp = new McpServer({ name: 'stateful', version: '1' }, { capabilities: { logging: {} } });
  const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });
  mcp.registerTool('notify', { description: 'notifies' }, async () => {
    await mcp.server.sendLoggingMessage({ level: 'info', data: 'from the server' });
    return text('null');
  });
  mcp.registerTool('roots', { description: 'asks' }, async () =>
    text(JSON.stringify((await mcp.server.listRoots()).roots)),
  );
  mcp.registerTool('large', { description: 'answers', inputSchema: { size: z.int() } }, ({ size }) =>
    text(JSON.stringify('x'.repeat(size))),
  );
  mcp.registerTool('forever', { description: 'never answers' }, () => {
    open.calls++;
    return new Promise<never>(() => undefined);
  });
  await mcp.connect(transport as Transport);
  return transport;
}
