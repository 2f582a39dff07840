import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { until } from '../../lab/process/wait.ts';
import { createBoundedServer } from '../../src/process/connections.ts';
import { createLog } from '../../src/process/log.ts';

const serve = async (listener: (request: IncomingMessage, response: ServerResponse) => unknown) => {
  const server = createBoundedServer(createLog({ level: 'silent' }));
  server.on('request', listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};

/** Sends pieces on one connection, and resolves with everything that comes back until the server closes it. */
const send = async (port: number, pieces: readonly Buffer[]): Promise<string> => {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  let text = '';
  socket.setEncoding('latin1').on('data', (data: string) => (text += data));
  await once(socket, 'connect');
  for (const piece of pieces) await new Promise((resolve) => socket.write(piece, resolve));
  await closed;
  return text;
};

const lines = ['\n', '\r\n', '\r', '\n\n', '\r\n\r\n', 'GET /x HTTP/1.1\r\nhost: x\r\n\r\n', 'x', 'xx\n'];
const messageOf = (most: number) =>
  fc.record({
    lines: fc.array(fc.constantFrom(...lines), { minLength: 1, maxLength: 4 }),
    size: fc.integer({ min: 0, max: most }),
    chunk: fc.option(fc.integer({ min: 1, max: 5000 })),
  });
/** Only the first one is large, because a client may not send much ahead. */
const messages = fc
  .tuple(messageOf(30_000), fc.array(messageOf(400), { maxLength: 5 }))
  .map(([first, others]) => [first, ...others]);

const chunked = (body: string, size: number): string => {
  let text = '';
  for (let at = 0; at < body.length; at += size) {
    const piece = body.slice(at, at + size);
    text += `${piece.length.toString(16)}\r\n${piece}\r\n`;
  }
  return `${text}0\r\n\r\n`;
};

const cut = (text: string, at: readonly number[]): Buffer[] => {
  const ends = [...at.filter((each) => each < text.length).sort((a, b) => a - b), text.length];
  return ends.map((end, index) => Buffer.from(text.slice(ends[index - 1] ?? 0, end), 'latin1'));
};

test('requests arrive in order and whole, however they are framed and divided', async () => {
  const seen: string[] = [];
  let open = 0;
  let most = 0;
  await using server = await serve(async (request, response) => {
    most = Math.max(most, ++open);
    response.once('finish', () => open--);
    seen.push((await buffer(request)).toString('latin1'));
    await new Promise(setImmediate);
    response.end(request.url);
  });
  await fc.assert(
    fc.asyncProperty(messages, fc.array(fc.nat(60_000), { maxLength: 5 }), async (sent, cuts) => {
      seen.splice(0);
      const bodies = sent.map(({ lines, size }) => lines.join('').repeat(size).slice(0, size));
      const text = sent.map(({ chunk }, index) => {
        const body = bodies[index] ?? '';
        const close = index === sent.length - 1 ? 'connection: close\r\n' : '';
        const head = `POST /${index} HTTP/1.1\r\nhost: x\r\n${close}`;
        return chunk === null
          ? `${head}content-length: ${body.length}\r\n\r\n${body}`
          : `${head}transfer-encoding: chunked\r\n\r\n${chunked(body, chunk)}`;
      });
      const answers = await send(server.port, cut(text.join(''), cuts));
      expect(answers.match(/(?<=\r\n\r\n|^)\/\d+/g)).toStrictEqual(sent.map((_, index) => `/${index}`));
      expect(seen.map((body) => body.length)).toStrictEqual(bodies.map(({ length }) => length));
      expect(seen).toStrictEqual(bodies);
    }),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 100) },
  );
  // the end of the content of one and the head of the next may come together
  expect(most).toBeLessThanOrEqual(2);
}, 600_000);

const get = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n';
const tiny = `POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n${'1\r\nx\r\n'.repeat(50_000)}`;

test('a connection that sends a thousand requests ahead of an answer is closed', async () => {
  let requests = 0;
  await using server = await serve(() => requests++);
  expect(await send(server.port, [Buffer.from(get.repeat(1000))])).toBe('');
  expect(requests).toBe(1);
});

test('content that nobody reads stays with the client, whatever its pieces are', async () => {
  const unread = Promise.withResolvers<IncomingMessage>();
  await using server = await serve((request) => unread.resolve(request));
  const socket = connect(server.port, '127.0.0.1');
  socket.write(tiny);
  const request = await unread.promise;
  let held = 0;
  await until('the end of its growth', async () => {
    const before = held;
    held = request.readableLength;
    return held > 0 && held === before;
  });
  expect(held).toBeLessThan(2048);
  socket.destroy();
});

test('a request that is refused at once costs no more than its head', async () => {
  let pieces = 0;
  await using server = await serve((request, response) => {
    const push = request.push.bind(request);
    request.push = (data) => {
      pieces++;
      return push(data);
    };
    response.writeHead(401, { connection: 'close' }).end();
  });
  expect(await send(server.port, [Buffer.from(tiny)])).toMatch(/^HTTP\/1.1 401/);
  expect(pieces).toBe(0);
});

test('a client that closes its side ends its request', async () => {
  const begun = Promise.withResolvers<ServerResponse>();
  await using server = await serve((_, response) => begun.resolve(response));
  const socket = connect(server.port, '127.0.0.1');
  socket.end(get + get);
  const closed = once(await begun.promise, 'close');
  await closed;
  socket.destroy();
});
