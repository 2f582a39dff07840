import fc from 'fast-check';

/** What a smuggler would have the server see. */
export interface Smuggled {
  /** A path that the server serves to those who show the token. */
  path: string;
  token: string;
  /** A request that no server must see. It shows no token. */
  smuggled: string;
}

/** Requests from valid pieces, and from what parsers have disagreed about. */
export function oddRequests({ path, token, smuggled }: Smuggled): fc.Arbitrary<string> {
  const bearer = `authorization: Bearer ${token}\r\n`;
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
    path,
    path,
    path,
    path,
    path,
    path,
    '/healthz',
    path,
    '//healthz',
    '/healthz?x',
    '/healthz#',
    '/healthz/',
    '/%68ealthz',
    '/healthz;a',
    `${path}/../healthz`,
    'http://x/healthz',
    `http://evil${path}`,
    '*',
    'x:443',
    '',
    '/\u00e9',
    '/a b',
    '/healthz\t',
    '\\healthz',
    `${path}\u0000`,
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
  /** A valid request, except for at most one field, and what follows it. */
  const tame = fc
    .tuple(
      fc.constantFrom(`POST ${path}`, `POST ${path}`, `GET ${path}`, 'GET /healthz', `DELETE ${path}`),
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
  return fc.oneof(wild, tame);
}
