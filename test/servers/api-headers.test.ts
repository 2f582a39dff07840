import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isReservedHeader, reservedHeaders } from '../../src/servers/api/headers.ts';

/** Names by which servers and proxies are known to be steered. */
const steering =
  `X-HTTP-Method X-HTTP-Method-Override X-Method-Override X-Original-URL X-Rewrite-URL X-Original-Method
  X-Original-Host X-Forwarded-For X-Forwarded-Host X-Forwarded-Proto X-Forwarded-Prefix X-Forwarded-Uri Forwarded
  X-Real-IP X-Client-IP True-Client-IP CF-Connecting-IP X-Remote-User Remote-User X-Forwarded-User X-Forwarded-Groups
  X-Forwarded-Email X-Forwarded-Access-Token X-Auth-Request-User X-Auth-Request-Email Impersonate-User
  Impersonate-Group Impersonate-Extra-Scopes X-Webauth-User X-Authenticated-User X-SSL-Client-Cert X-Client-Cert
  X-Forwarded-Client-Cert X-Envoy-Original-Path X-Remote-Group X-Remote-Extra-Scopes Connection Keep-Alive
  Proxy-Authorization Proxy-Connection Sec-Fetch-Site Cookie Authorization Host Content-Length Transfer-Encoding
  Upgrade TE Trailer Expect`.split(/\s+/);

const harmless = [
  'X-Request-Id',
  'X-Reason',
  'Idempotency-Key',
  'If-Match',
  'Prefer',
  'traceparent',
  'X-B3-TraceId',
  'X-Tenant',
];

describe('headers that callers must not set', () => {
  test.each(steering)('%s', (name) => expect(isReservedHeader(name)).toBe(true));
  test.each(harmless)('but %s', (name) => expect(isReservedHeader(name)).toBe(false));

  test('in any case, and with "_" for "-"', () => {
    const names = [
      ...steering,
      ...reservedHeaders.flatMap((kind) => kind.names.map((name) => name.replace('*', 'x'))),
    ];
    const spelling = fc
      .constantFrom(...names)
      .chain((name) =>
        fc.tuple(
          ...Array.from(name, (c) => fc.constantFrom(c.toLowerCase(), c.toUpperCase(), c === '-' ? '_' : c)),
        ),
      );
    fc.assert(
      fc.property(spelling, (letters) => isReservedHeader(letters.join(''))),
      {
        numRuns: Number(process.env['FUZZ_RUNS'] ?? 2000),
      },
    );
  });
});
