import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '../../../src/process/log.ts';
import { type Guard, startGuard } from '../../../src/proxy/inbound/guard.ts';
import { type RawServer, requestsIn, sendRaw, startRawServer } from '../../support/raw-http.ts';

const token = 's3same-7c1f';
let server: RawServer;
let guard: Guard;

beforeAll(async () => {
  server = await startRawServer();
  guard = await startGuard({
    listen: { host: '127.0.0.1', port: 0 },
    server: new URL(`http://127.0.0.1:${server.port}`),
    healthPath: '/healthz',
    token,
    log: createLog({ level: 'silent' }),
  });
});
afterAll(async () => {
  await guard?.close(0);
  await server?.[Symbol.asyncDispose]();
});

/** Resolves once a request that came later has been there and back: by then what came before has arrived as well. */
const roundTrip = async (): Promise<void> => {
  const answer = await fetch(`http://127.0.0.1:${guard.port}/round-trip`, {
    method: 'POST',
    body: 'x',
    headers: { authorization: `Bearer ${token}` },
  });
  expect(answer.status).toBe(200);
};

/** What the server got for these bytes; throws where it is anything but requests. */
const heardOf = async (...pieces: string[]) => {
  server.heard.splice(0);
  const answer = await sendRaw(guard.port, pieces, async () => {
    await roundTrip();
    await roundTrip();
  });
  const requests = server.heard.flatMap(({ text }) => requestsIn(text));
  return { answer, requests: requests.filter(({ url }) => url !== '/round-trip') };
};

/** A request that a smuggler would have the server see. It shows no token, so that the guard would refuse it. */
const smuggled = 'DELETE /smuggled HTTP/1.1\r\nhost: x\r\n\r\n';
const bearer = `authorization: Bearer ${token}\r\n`;

test('content where none belongs reaches no server', async () => {
  const size = smuggled.length;
  for (const method of ['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE'])
    for (const path of ['/healthz', '/mcp'])
      for (const credentials of ['', bearer])
        for (const framed of [
          `transfer-encoding: chunked\r\n\r\n${size.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`,
          `Transfer-Encoding: Chunked\r\n\r\n${size.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`,
          `content-length: ${size}\r\n\r\n${smuggled}`,
        ]) {
          const head = `${method} ${path} HTTP/1.1\r\nhost: x\r\n${credentials}`;
          const { answer, requests } = await heardOf(head + framed);
          expect({ head, framed, status: answer.slice(9, 12) }).toMatchObject({ status: '400' });
          expect(requests).toStrictEqual([]);
        }
});

test('content with the token arrives framed, however it is framed and however it comes', async () => {
  const pieces = [
    [
      `transfer-encoding: chunked\r\n\r\n`,
      '3\r\nabc\r\n',
      `${smuggled.length.toString(16)}\r\n${smuggled}`,
      '\r\n0\r\n\r\n',
    ],
    [`content-length: ${smuggled.length}\r\n\r\n`, smuggled],
    [`content-length: 0\r\n\r\n`],
    ['\r\n'],
  ];
  for (const [first = '', ...rest] of pieces)
    for (const method of ['POST', 'PUT', 'PATCH']) {
      const head = `${method} /mcp HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${bearer}`;
      const { answer, requests } = await heardOf(head + first, ...rest);
      expect(answer).toContain('HTTP/1.1 200');
      expect(requests).toMatchObject([{ method, url: '/mcp' }]);
    }
});

test('the health page is asked for in our own words', async () => {
  const odd = 'x-forwarded-host: evil\r\ncookie: a\r\nconnection: host, close\r\n';
  const { answer, requests } = await heardOf(`GET /healthz HTTP/1.1\r\nhost: evil\r\n${odd}\r\n`);
  expect(answer).toContain('HTTP/1.1 200');
  const fields = [
    ['host', `127.0.0.1:${server.port}`],
    ['connection', 'close'],
  ];
  expect(requests.map((request) => Object.fromEntries(request.fields))).toStrictEqual([
    Object.fromEntries(fields),
  ]);
});
