import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RewritingFront extends AsyncDisposable {
  /** With scheme, host and port, and without a path. */
  url: string;
  port: number;
  /** The headers of each request so far, as the client sent them. */
  received: IncomingHttpHeaders[];
}

/**
 * Forwards requests to a server on loopback with other headers and without the beginning of their path, as front ends of
 * clouds and reverse proxies do. Answers 404 for other paths. Keeps the Host.
 */
export async function startRewritingFront(
  port: number,
  headers: Readonly<Record<string, string>>,
  basePath = '',
): Promise<RewritingFront> {
  const received: IncomingHttpHeaders[] = [];
  const server = createServer((incoming, outgoing) => {
    received.push(incoming.headers);
    const { method, url = '' } = incoming;
    if (!url.startsWith(`${basePath}/`)) {
      outgoing.writeHead(404).end();
      return;
    }
    const path = url.slice(basePath.length);
    const forwarded = { ...incoming.headers, ...headers };
    // Without an agent, no request meets a connection that the server is closing.
    const options = { agent: false, host: '127.0.0.1', port, method, path, headers: forwarded };
    const behind = request(options, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    behind.on('error', () => void (outgoing.writableEnded || outgoing.destroy()));
    incoming.pipe(behind);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${own}`,
    port: own,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
