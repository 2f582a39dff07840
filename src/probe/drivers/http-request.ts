import { type IncomingMessage, request } from 'node:http';
import type { ProbeReason } from '../../contract/probe-reasons.ts';
import { Failure } from '../ladder/failure.ts';
import type { Transport } from '../ladder/transport.ts';
import type { Ascent } from './driver.ts';

/** Maximum number of bytes of an answer that is read. */
const maxBody = 64 * 1024;

/** A request: a path with its query, and headers. By default, a GET request without a body. */
export interface Question {
  method?: 'GET' | 'POST';
  path: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
}

/**
 * Sends one request over an open connection and resolves with the head of the answer. The body is not read. Does not
 * follow redirects. Rejects with `ProtocolError` if the answer is not valid HTTP.
 */
export const ask = (
  { check }: Pick<Ascent, 'check'>,
  transport: Transport,
  { method = 'GET', path, headers, body }: Question,
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const outgoing = request({
      // determines whether the Host header contains the port
      defaultPort: check.tls === 'disable' ? 80 : 443,
      createConnection: () => transport,
      host: check.name ?? check.host,
      port: check.port,
      method,
      path,
      headers: { accept: 'application/json', 'user-agent': 'function-mcp-probe', ...headers },
    });
    outgoing.once('response', resolve);
    outgoing.once('upgrade', () => reject(new Failure('ProtocolError')));
    outgoing.on('error', (error) => reject(isParseError(error) ? new Failure('ProtocolError') : error));
    outgoing.end(body);
  });

const isParseError = (error: Error): boolean =>
  'code' in error && typeof error.code === 'string' && error.code.startsWith('HPE_');

/** The text of an answer, which is not trusted. Rejects with `ProtocolError` if it is too long. */
export const textOf = async (response: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBody) throw new Failure('ProtocolError');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
};

/** The JSON of an answer. Rejects with `ProtocolError` if it is invalid. */
export const jsonOf = async (response: IncomingMessage): Promise<unknown> => {
  const text = await textOf(response);
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure('ProtocolError');
  }
};

const reasons: Readonly<Record<number, ProbeReason>> = {
  401: 'AuthFailed',
  403: 'PermissionDenied',
  404: 'NotFound',
  408: 'Timeout',
  410: 'NotFound',
  429: 'RateLimited',
  502: 'Unavailable',
  503: 'Unavailable',
  504: 'Unavailable',
};

/** The reason for a status. Undefined if the status is a success. https://www.rfc-editor.org/rfc/rfc9110#section-15 */
export const reasonOf = (status: number): ProbeReason | undefined => {
  if (status >= 200 && status < 300) return undefined;
  if (status >= 300 && status < 400) return 'Redirected';
  const otherwise = status >= 500 ? 'ServerError' : 'RequestRefused';
  return status >= 400 && status < 600 ? (reasons[status] ?? otherwise) : 'ProtocolError';
};
