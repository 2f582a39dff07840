import { type IncomingMessage, request } from 'node:http';
import type { ProbeReason } from '../../contract/probe-reasons.ts';
import { Failure } from '../ladder/failure.ts';
import type { Transport } from '../ladder/transport.ts';
import type { Ascent } from './driver.ts';

/** Bytes of an answer that are looked at, where they are. */
const maxBody = 64 * 1024;

/** What is sent: a path with its query, and headers; by default it is a GET, without a body. */
export interface Question {
  method?: 'GET' | 'POST';
  path: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
}

/**
 * Sends one request over an open connection and resolves with the answer's head; the body stays unread. Follows no
 * redirect. Rejects with `ProtocolError` where what comes is no HTTP.
 */
export const ask = (
  { check }: Pick<Ascent, 'check'>,
  transport: Transport,
  { method = 'GET', path, headers, body }: Question,
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const outgoing = request({
      // what decides whether the port stands in the Host header
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

/** The text of an answer, of which nothing is believed. Rejects with `ProtocolError` where it is long. */
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

/** Its JSON. Rejects with `ProtocolError` where it is none. */
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

/** What a status means; undefined where it is a success. https://www.rfc-editor.org/rfc/rfc9110#section-15 */
export const reasonOf = (status: number): ProbeReason | undefined => {
  if (status >= 200 && status < 300) return undefined;
  if (status >= 300 && status < 400) return 'Redirected';
  const otherwise = status >= 500 ? 'ServerError' : 'RequestRefused';
  return status >= 400 && status < 600 ? (reasons[status] ?? otherwise) : 'ProtocolError';
};
