import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Answer } from '../../src/probe/cluster/client.ts';
import type { Certificate } from '../backends/certificates.ts';
import type { FakeCluster } from './cluster.ts';

export interface ApiServer extends AsyncDisposable {
  url: URL;
  /** Accepted tokens, with what each may do. */
  tokens: Map<string, 'all' | 'nothing'>;
  /** Number of connections so far. */
  connections: () => number;
  /** Requests so far, as `PATCH /apis/…`. */
  requests: string[];
  /** While set, answers instead of the API server. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  /** Closes all connections and stops listening, then listens again on the same port. */
  stop: () => Promise<void>;
  start: () => Promise<void>;
  /** Uses another certificate from now on. */
  present: (certificate: Certificate) => Promise<void>;
}

const codes: Partial<Record<Answer['kind'], number>> = { gone: 404, conflict: 409, forbidden: 403 };

/** A cluster over HTTPS, as its API server serves it. */
export const apiServer = async (cluster: FakeCluster, certificate: Certificate): Promise<ApiServer> => {
  let opened = 0;
  let port = 0;
  const read = async ({ certificate, key }: Certificate) => ({
    cert: await readFile(certificate),
    key: await readFile(key),
  });

  const send = (response: ServerResponse, status: number, body: object): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const failure = (response: ServerResponse, code: number, reason: string): void =>
    send(response, code, {
      kind: 'Status',
      status: 'Failure',
      reason,
      code,
      message: `secret words about ${reason}`,
    });

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '', 'https://api');
    served.requests.push(`${request.method} ${url.pathname}`);
    if (served.intercept) return served.intercept(request, response);
    const may = served.tokens.get(request.headers.authorization?.replace(/^Bearer /, '') ?? '');
    if (!may) return failure(response, 401, 'Unauthorized');
    if (may === 'nothing') return failure(response, 403, 'Forbidden');
    const body = await text(request);
    let given: Answer;
    if (request.method === 'GET') given = await cluster.get(url.pathname);
    else if (request.headers['content-type'] !== 'application/apply-patch+yaml') {
      return failure(response, 415, 'UnsupportedMediaType');
    } else if (url.searchParams.get('force') !== 'true') return failure(response, 409, 'Conflict');
    else
      given = await cluster.apply(url.pathname, url.searchParams.get('fieldManager') ?? '', JSON.parse(body));
    if (given.kind === 'ok') return send(response, 200, given.object as object);
    if (given.kind === 'refused') return failure(response, given.status, given.reason);
    failure(response, codes[given.kind] ?? 503, 'Other');
  };

  const server = createServer(await read(certificate), (request, response) => void answer(request, response));
  server.on('connection', () => opened++);
  const start = () =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await start();
  port = (server.address() as AddressInfo).port;

  const served: ApiServer = {
    url: new URL(`https://127.0.0.1:${port}`),
    tokens: new Map([['token-1', 'all']]),
    connections: () => opened,
    requests: [],
    intercept: undefined,
    start,
    stop,
    present: async (next) => server.setSecureContext(await read(next)),
    [Symbol.asyncDispose]: stop,
  };
  return served;
};
