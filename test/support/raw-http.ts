import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What a server on a plain socket got on one connection. */
export interface Heard {
  text: string;
}

/** A server that keeps every byte it gets, and answers whatever comes with an empty 200. */
export interface RawServer extends AsyncDisposable {
  port: number;
  heard: Heard[];
}

/**
 * Starts a server that reads as no HTTP library does: it believes nothing, keeps the bytes of each connection apart,
 * and says after the first head that the connection ends.
 */
export async function startRawServer(): Promise<RawServer> {
  const heard: Heard[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const connection: Heard = { text: '' };
    heard.push(connection);
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      connection.text += chunk.toString('latin1');
      if (isWhole(connection.text)) socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    heard,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A request as RFC 9112 reads it. */
export interface RawRequest {
  method: string;
  url: string;
  fields: [string, string][];
  /** Whether all of its content is there. */
  whole: boolean;
}

/** The requests in the bytes of a connection, read by the letter of RFC 9112; throws at what is none. */
export function requestsIn(text: string): RawRequest[] {
  const found: RawRequest[] = [];
  for (let rest = text; rest !== ''; ) {
    const end = rest.indexOf('\r\n\r\n');
    const [line = '', ...lines] = rest.slice(0, end).split('\r\n');
    const [, method = '', url = ''] = /^([A-Z]+) (\S+) HTTP\/1\.1$/.exec(line) ?? [];
    if (end < 0 || method === '') throw new Error(`not a request: ${JSON.stringify(rest.slice(0, 200))}`);
    const fields = lines.map((field): [string, string] => {
      const [, name = '', value = ''] = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+): (.*)$/.exec(field) ?? [];
      if (name === '') throw new Error(`not a field: ${JSON.stringify(field)}`);
      return [name.toLowerCase(), value];
    });
    const size = bodySize(fields, rest.slice(end + 4));
    found.push({ method, url, fields, whole: size !== undefined });
    rest = size === undefined ? '' : rest.slice(end + 4 + size);
  }
  return found;
}

/** Undefined where not all of it is there. */
function bodySize(fields: [string, string][], rest: string): number | undefined {
  const all = (wanted: string) => fields.filter(([name]) => name === wanted).map(([, value]) => value);
  const [length = '0', ...lengths] = all('content-length');
  const [coding, ...codings] = all('transfer-encoding');
  const twice =
    lengths.length + codings.length > 0 || (all('content-length').length > 0 && coding !== undefined);
  if (twice || !/^[0-9]+$/.test(length) || (coding ?? 'chunked') !== 'chunked')
    throw new Error('framed oddly');
  if (coding !== undefined) return chunksEnd(rest);
  return Number(length) <= rest.length ? Number(length) : undefined;
}

function chunksEnd(text: string): number | undefined {
  for (let at = 0; ; ) {
    const [head, size = ''] = /^([0-9a-f]+)\r\n/.exec(text.slice(at)) ?? [];
    if (head === undefined) return undefined;
    at += head.length + Number.parseInt(size, 16) + 2;
    if (at > text.length) return undefined;
    if (Number.parseInt(size, 16) === 0) return at;
  }
}

function isWhole(text: string): boolean {
  try {
    return requestsIn(text).some(({ whole }) => whole);
  } catch {
    return false;
  }
}

/**
 * Sends bytes in pieces and keeps the connection open until the other side has closed it or `enough` resolves;
 * resolves with everything that came back.
 */
export async function sendRaw(
  port: number,
  pieces: readonly string[],
  enough: () => Promise<unknown> = () => new Promise<never>(() => undefined),
): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  let answer = '';
  // not once(), which rejects where the connection is reset
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1');
  });
  await once(socket, 'connect');
  for (const piece of pieces) {
    if (socket.destroyed) break;
    await new Promise((resolve) => socket.write(piece, 'latin1', resolve));
  }
  await Promise.race([closed, enough()]);
  socket.destroy();
  await closed;
  return answer;
}
