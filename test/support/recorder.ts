import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A request as a server got it. */
export interface Recorded {
  method: string;
  /** Path and query, as they came over the wire. */
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface RecorderOptions {
  /** Default: 200 with `{"ok":true}`. */
  answer?: (request: Recorded, response: ServerResponse) => void;
  /** PEM texts. Default: plain HTTP. */
  tls?: { key: string; cert: string };
  /** Address to listen on. Default: loopback. */
  host?: string;
}

/** A real HTTP server that remembers what it was asked. */
export interface Recorder extends AsyncDisposable {
  host: string;
  port: number;
  requests: Recorded[];
}

/** Starts a {@link Recorder} on a free port. */
export async function startRecorder(options: RecorderOptions = {}): Promise<Recorder> {
  const { tls, host = '127.0.0.1' } = options;
  const answer = options.answer ?? ((_, response) => response.end('{"ok":true}'));
  const requests: Recorded[] = [];
  // Long enough for every credential that a test has.
  const roomy = { maxHeaderSize: 128 * 1024 };
  const server: Server = (tls ? createTlsServer({ ...tls, ...roomy }) : createServer(roomy)).on(
    'request',
    (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        const recorded = { method, url, headers, body: Buffer.concat(chunks).toString() };
        requests.push(recorded);
        answer(recorded, response);
      });
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  return {
    host,
    port: (server.address() as AddressInfo).port,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
