import fc from 'fast-check';
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

// What the fuzzer builds requests from: valid pieces, and what parsers have disagreed about.
const method = fc.constantFrom(
  'GET',
  'POST',
  'POST',
  'POST',
  'GET',
  'POST',
  'HEAD',
  'DELETE',
  'OPTIONS',
  'PUT',
  'TRACE',
  'CONNECT',
  'get',
  'G ET',
  'PRI',
);
const target = fc.constantFrom(
  '/healthz',
  '/healthz',
  '/mcp',
  '/mcp',
  '/mcp',
  '/mcp',
  '/mcp',
  '/mcp',
  '/healthz',
  '/mcp',
  '//healthz',
  '/healthz?x',
  '/healthz#',
  '/healthz/',
  '/%68ealthz',
  '/healthz;a',
  '/mcp/../healthz',
  'http://x/healthz',
  'http://evil/mcp',
  '*',
  'x:443',
  '',
  '/\u00e9',
  '/a b',
  '/healthz\t',
  '\\healthz',
  '/mcp\u0000',
);
const version = fc.constantFrom(
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.0',
  'HTTP/2.0',
  'HTTP/0.9',
  'HTTP/1.2',
  'http/1.1',
  '',
);
const authorization = fc.constantFrom(
  `Authorization: Bearer ${token}`,
  `authorization: bearer  ${token}`,
  'Authorization: Bearer x',
  `Authorization : Bearer ${token}`,
  `Authorization: Bearer x\r\nAuthorization: Bearer ${token}`,
  `Authorization: Bearer ${token}\r\nAuthorization: x`,
  `X: a\r\n Authorization: Bearer ${token}`,
  `Authorization:\r\n Bearer ${token}`,
  `Authorization: Bearer ${token},x`,
  `Authoriz\u0000ation: Bearer ${token}`,
  `Proxy-Authorization: Bearer ${token}`,
  `__proto__: Bearer ${token}`,
);
const field = fc.oneof(
  authorization,
  fc.constantFrom(
    'Transfer-Encoding: chunked',
    'Content-Length: 5',
    'Content-Length: 44',
    `Authorization: Bearer ${token}`,
  ),
  fc.constantFrom(
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: Chunked',
    'Transfer-Encoding: gzip, chunked',
    'Transfer-Encoding: chunked, identity',
    'Transfer-Encoding: identity',
    'Transfer-Encoding : chunked',
    'Transfer-Encoding:\tchunked',
    'Transfer-Encoding: xchunked',
    'Transfer-Encoding:\u000bchunked',
    'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked',
    'X: y\nTransfer-Encoding: chunked',
    'Transfer_Encoding: chunked',
    'Content-Length: 0',
    'Content-Length: 5',
    'Content-Length: 44',
    'Content-Length: +5',
    'Content-Length: -1',
    'Content-Length: 5, 5',
    'Content-Length: 0x5',
    'Content-Length: 5\r\nContent-Length: 6',
    'Content_Length: 5',
    'Content-Length: 99999999999999999999',
    'Connection: close',
    'Connection: keep-alive',
    'Connection: authorization',
    'Connection: host, content-length, transfer-encoding',
    'Connection: upgrade\r\nUpgrade: h2c',
    'Upgrade: websocket',
    'Expect: 100-continue',
    'Expect: 200-ok',
    'Trailer: authorization',
    'TE: trailers',
    'Host: y',
    'Host:',
    'X:\u0000',
    'X: a\rb',
    'X\u0001: b',
    '@: b',
    ': b',
    'X',
    'HTTP2-Settings: a',
    'X-HTTP-Method-Override: DELETE',
    `X: ${'y'.repeat(20_000)}`,
  ),
);
const body = fc.constantFrom(
  '',
  smuggled,
  `5\r\nhello\r\n0\r\n\r\n${smuggled}`,
  `0\r\n\r\n${smuggled}`,
  `0\r\nAuthorization: Bearer ${token}\r\n\r\n${smuggled}`,
  `5;a=b\r\nhello\r\n0\r\n\r\n`,
  `5\nhello\n0\n\n${smuggled}`,
  `0x5\r\nhello\r\n0\r\n\r\n`,
  `ffffffffffffffff\r\n`,
  'hello',
  `hello${smuggled}`,
  `${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`,
  `5\r\nhello!\r\n0\r\n\r\n${smuggled}`,
);
const newline = fc.oneof({ weight: 20, arbitrary: fc.constant('\r\n') }, fc.constantFrom('\n', '\r'));
const wild = fc
  .tuple(
    method,
    target,
    version,
    fc.array(field, { maxLength: 4 }),
    fc.constantFrom(true, true, true, false),
    body,
    newline,
    newline,
  )
  .map(
    ([verb, url, http, fields, host, content, eol, last]) =>
      [`${verb} ${url} ${http}`, ...(host ? ['Host: x'] : []), ...fields].join(eol) + last + last + content,
  );
/** One that is as it should be but for one field, at most, and what follows it. */
const tame = fc
  .tuple(
    fc.constantFrom('POST /mcp', 'POST /mcp', 'GET /mcp', 'GET /healthz', 'DELETE /mcp'),
    fc.constantFrom('', bearer, bearer, bearer),
    fc.option(field),
    fc.constantFrom(
      '\r\n',
      'content-length: 0\r\n\r\n',
      'content-length: 5\r\n\r\nhello',
      'transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
      `content-length: ${smuggled.length}\r\n\r\n${smuggled}`,
      `transfer-encoding: chunked\r\n\r\n${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`,
    ),
  )
  .map(
    ([line, credentials, odd, content]) =>
      `${line} HTTP/1.1\r\nhost: x\r\n${credentials}${odd === null ? '' : `${odd}\r\n`}${content}`,
  );
const request = fc.oneof(wild, tame);

test('whatever is sent, the server sees whole requests, each with the token or for its health', async () => {
  const runs = Number(process.env['FUZZ_RUNS'] ?? 2000);
  let passed = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 3 }), fc.nat(200), async (sent, cut) => {
      const text = sent.join('');
      const { requests } = await heardOf(text.slice(0, cut), text.slice(cut));
      passed += requests.length;
      const shown = text.split(token).length - 1;
      const others = requests.filter(({ url }) => url !== '/healthz');
      // each that was let in has shown the token in a place of its own
      expect(others.length).toBeLessThanOrEqual(shown);
      for (const { method: verb, url, fields } of requests) {
        expect(url).not.toBe('/smuggled');
        expect(url).toMatch(/^\//);
        expect(fields.filter(([name]) => name === 'host')).toHaveLength(1);
        expect(JSON.stringify(fields)).not.toContain(token);
        if (shown === 0) expect(`${verb} ${url}`).toBe('GET /healthz');
      }
    }),
    { numRuns: runs },
  );
  expect(passed, 'some were let in').toBeGreaterThan(runs / 100);
  expect(
    (await heardOf(`POST /mcp HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${bearer}\r\n`)).requests,
  ).toHaveLength(1);
}, 600_000);
