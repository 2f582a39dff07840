import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLog } from '../../src/process/log.ts';
import { startBridge } from '../../src/proxy/bridge/server.ts';
import { startGuard } from '../../src/proxy/inbound/guard.ts';
import { startGate } from '../../src/proxy/outbound/server.ts';
import { type RawRequest, requestsIn, sendRaw, startRawServer } from '../support/raw-http.ts';
import { oddRequests } from './odd-requests.ts';

const token = 's3same-7c1f';
/** A request that a smuggler would have the server see. It shows no token, and nobody would pass it on. */
const smuggled = 'DELETE /smuggled HTTP/1.1\r\nhost: x\r\n\r\n';

interface Target {
  name: string;
  /** A path that is passed on. */
  path: string;
  start: (server: URL) => Promise<{ port: number; close: (patience: number) => Promise<void> }>;
  /** A request that reaches the server and comes back. */
  roundTrip: { method: string; path: string; behind: string };
  /** Expects that a request that arrived was judged. `sent` is everything that the client sent. */
  judged: (request: RawRequest, sent: string) => void;
  /** The highest number of requests that may arrive for `sent`. */
  most: (sent: string) => number;
}

const listen = { host: '127.0.0.1', port: 0 };
const log = createLog({ level: 'silent' });
const times = (text: string, part: string): number => text.split(part).length - 1;

const targets: Target[] = [
  {
    name: 'guard',
    path: '/mcp',
    start: (server) => startGuard({ listen, server, healthPath: '/healthz', token, log }),
    roundTrip: { method: 'POST', path: '/round-trip', behind: '/round-trip' },
    judged({ method, url, fields }, sent) {
      expect(JSON.stringify(fields)).not.toContain(token);
      if (!sent.includes(token)) expect(`${method} ${url}`).toBe('GET /healthz');
    },
    most: (sent) => times(sent, token) + times(sent, '/healthz'),
  },
  {
    name: 'gate',
    path: '/shop/mcp',
    start: ({ port }) => {
      const place = { tls: false, host: '127.0.0.1', port: Number(port), basePath: '', query: {} };
      const headers = { authorization: 'Bearer s3cret' };
      const shop = { ...place, headers, addresses: 'any' as const, readOnly: false, timeout: 5 };
      return startGate({ listen, file: { routes: { shop } }, authorities: new Map(), log });
    },
    roundTrip: { method: 'POST', path: '/shop/round-trip', behind: '/round-trip' },
    judged({ url, fields }) {
      expect(url).toMatch(/^\/mcp/);
      expect(fields.filter(([name]) => name === 'authorization')).toStrictEqual([
        ['authorization', 'Bearer s3cret'],
      ]);
    },
    // a request that may be repeated is sent again where the server has closed the connection
    most: (sent) => 2 * times(sent, '/shop/mcp'),
  },
  {
    name: 'bridge',
    path: '/sse',
    start: (server) =>
      startBridge({ listen, server, mcpPath: '/mcp', healthPath: '/healthz', allowedHosts: ['x', 'y'], log }),
    roundTrip: { method: 'GET', path: '/healthz', behind: '/healthz' },
    judged({ method, url, fields }) {
      expect(`${method} ${url}`).toBe('POST /mcp');
      expect(fields).toContainEqual(['content-type', 'application/json']);
    },
    most: (sent) => times(sent, 'GET /sse'),
  },
];

describe.each(targets)('whatever is sent to the $name', ({ path, start, roundTrip, judged, most }) => {
  test('the server sees whole requests that were judged, and every answer is one', async () => {
    const runs = Number(process.env['FUZZ_RUNS'] ?? 1000);
    await using server = await startRawServer();
    const { port, close } = await start(new URL(`http://127.0.0.1:${server.port}`));
    const goAndReturn = async () => {
      const headers = { authorization: `Bearer ${token}` };
      const url = `http://127.0.0.1:${port}${roundTrip.path}`;
      const body = roundTrip.method === 'POST' ? { body: 'x' } : {};
      const answer = await fetch(url, { method: roundTrip.method, headers, ...body });
      expect(answer.status).toBe(200);
      await answer.text();
    };
    let passed = 0;
    const requests = fc.array(oddRequests({ path, token, smuggled }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(requests, fc.nat(200), async (sent, cut) => {
        server.heard.splice(0);
        const text = sent.join('');
        const pieces = [text.slice(0, cut), text.slice(cut)];
        // The requests of a connection are answered one by one, and may arrive after the connection was closed. They
        // have arrived when more later ones have returned.
        const arrived = async () => {
          for (let turn = 0; turn < 2 + times(text, 'HTTP/'); turn++) await goAndReturn();
        };
        const answer = await sendRaw(port, pieces, arrived);
        await arrived();
        expect(answer).toMatch(/^(HTTP\/1\.1 [1-5][0-9]{2} |$)/);
        const heard = server.heard.flatMap(({ text: bytes }) => requestsIn(bytes));
        const others = heard.filter(({ url }) => url !== roundTrip.behind);
        passed += others.length;
        expect(others.length).toBeLessThanOrEqual(most(text));
        for (const request of others) {
          expect(request.url).not.toContain('smuggled');
          expect(request.fields.filter(([name]) => name === 'host')).toHaveLength(1);
          judged(request, text);
        }
      }),
      { numRuns: runs },
    );
    expect(passed, 'some were let in').toBeGreaterThan(0);
    await close(0);
  }, 600_000);
});
