import {
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { stringAt } from '../../contract/observed.ts';
import { codeOf } from '../inputs/mount.ts';
import { type ApiServer, freshFile } from './identity.ts';

/** The answer of the API server, as far as the probe needs it. */
export type Answer =
  | { kind: 'ok'; object: unknown }
  /** The object does not exist. */
  | { kind: 'gone' }
  | { kind: 'conflict' }
  | { kind: 'forbidden' }
  /** The API server rejects the object, or another error that a retry does not change. */
  | { kind: 'refused'; status: number; reason: string }
  /** No answer, an overload or a failure. `retryAfter` in milliseconds if the server sent it. */
  | { kind: 'unavailable'; reason: string; retryAfter?: number };

/** The two requests of the probe. They never reject. */
export interface StatusApi {
  get: (path: string) => Promise<Answer>;
  /** Server-side apply, forced, with this field manager. */
  apply: (path: string, manager: string, object: object) => Promise<Answer>;
  close: () => void;
}

interface Outgoing {
  method: 'GET' | 'PATCH';
  path: string;
  headers?: Record<string, string>;
}

/** Maximum size of an object in etcd. */
const maxBytes = 4 * 1024 * 1024;

/**
 * A client that uses only Node, because @kubernetes/client-node takes 20 MB in the probe of each Instance, and
 * only two requests are needed. Token and certificates are read again after the kubelet has refreshed them.
 */
export const createStatusApi = (
  { url, files }: ApiServer,
  { timeout = 15_000, sockets = 8 } = {},
): StatusApi => {
  const token = files && freshFile(files.token);
  const ca = files && freshFile(files.ca);
  let agent: { agent: Agent | HttpAgent; ca: string | undefined } | undefined;

  const agentFor = (authority: string | undefined): Agent | HttpAgent => {
    if (agent && agent.ca === authority) return agent.agent;
    agent?.agent.destroy();
    const pool = { keepAlive: true, maxSockets: sockets, maxFreeSockets: sockets, timeout: 60_000 };
    agent = {
      ca: authority,
      agent: authority === undefined ? new HttpAgent(pool) : new Agent({ ...pool, ca: authority }),
    };
    return agent.agent;
  };

  const send = async (options: Outgoing, body?: string, again = true): Promise<Answer> => {
    let response: Response;
    try {
      const bearer = await token?.read();
      response = await exchange(
        url,
        {
          ...options,
          agent: agentFor(await ca?.read()),
          signal: AbortSignal.timeout(timeout),
          headers: {
            ...options.headers,
            accept: 'application/json',
            'user-agent': 'function-mcp-probe',
            ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
          },
        },
        body,
      );
    } catch (error) {
      // the API server closed an idle connection at the moment when it was used again
      if (again && error instanceof StaleSocket) return send(options, body, false);
      ca?.expire();
      return { kind: 'unavailable', reason: error instanceof StaleSocket ? 'ECONNRESET' : reasonOf(error) };
    }
    if (response.status === 401) {
      token?.expire();
      return { kind: 'unavailable', reason: 'Unauthorized' };
    }
    return answerOf(response);
  };

  return {
    get: (path) => send({ method: 'GET', path }),
    apply: (path, manager, object) =>
      send(
        {
          method: 'PATCH',
          path: `${path}?fieldManager=${encodeURIComponent(manager)}&force=true`,
          headers: { 'content-type': 'application/apply-patch+yaml' },
        },
        JSON.stringify(object),
      ),
    close: () => agent?.agent.destroy(),
  };
};

class StaleSocket extends Error {}

interface Response {
  status: number;
  retryAfter: string | undefined;
  body: string;
}

const exchange = (url: URL, options: RequestOptions, body = ''): Promise<Response> =>
  new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const path = url.pathname.replace(/\/$/, '') + options.path;
    // IPv6 addresses have brackets in a URL, but not for a socket
    const hostname = url.hostname.replace(/^\[|\]$/g, '');
    const outgoing = request({ ...options, hostname, port: url.port, path });
    outgoing.on('error', (error) => {
      reject(outgoing.reusedSocket && codeOf(error) === 'ECONNRESET' ? new StaleSocket() : error);
    });
    outgoing.on('response', (incoming: IncomingMessage) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      incoming.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxBytes) incoming.destroy(Object.assign(new Error(), { code: 'TOO_LARGE' }));
        else chunks.push(chunk);
      });
      incoming.on('error', reject);
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          retryAfter: incoming.headers['retry-after'],
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    outgoing.end(body);
  });

const answerOf = ({ status, retryAfter, body }: Response): Answer => {
  const object = parse(body);
  if (status >= 200 && status < 300) {
    return object === undefined ? { kind: 'unavailable', reason: 'NoJSON' } : { kind: 'ok', object };
  }
  if (status === 404) return { kind: 'gone' };
  if (status === 409) return { kind: 'conflict' };
  if (status === 403) return { kind: 'forbidden' };
  if (status === 429 || status >= 500) {
    const seconds = Number(retryAfter);
    return {
      kind: 'unavailable',
      reason: `HTTP${status}`,
      ...(seconds > 0 && { retryAfter: seconds * 1000 }),
    };
  }
  const reason = stringAt(object, 'reason') ?? '';
  // its message must not be passed on
  return { kind: 'refused', status, reason: /^[A-Za-z]{1,64}$/.test(reason) ? reason : 'Unknown' };
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const reasonOf = (error: unknown): string =>
  error instanceof Error && ['AbortError', 'TimeoutError'].includes(error.name) ? 'Timeout' : codeOf(error);
