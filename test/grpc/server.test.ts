import { randomBytes } from 'node:crypto';
import http2 from 'node:http2';
import { connect as connectTcp, createServer } from 'node:net';
import { RunFunctionRequest, RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import { status } from '@grpc/grpc-js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connect, RUN_FUNCTION, requestOf } from '../../lab/clients/grpc.ts';
import { startServer } from '../../src/grpc/server.ts';
import { StartError } from '../../src/process/start-error.ts';
import { echo } from './echo.ts';
import { halfCall } from './half-call.ts';
import { readableLog, serve } from './served.ts';

const MIB = 1024 * 1024;
const encode = (input: Record<string, unknown>): Uint8Array =>
  RunFunctionRequest.encode(requestOf({ input })).finish();

/** The address that a server on `address` can be reached at from here. */
const local = ({ port }: { port: number }): string => `127.0.0.1:${port}`;

/** Whether somebody listens on a port of this machine. */
function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTcp(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

function start(address: string): Promise<unknown> {
  return startServer({ address, insecure: true, handler: echo, log: readableLog().log });
}

describe('a call', () => {
  test('is answered by the handler', async () => {
    const server = await serve();
    using client = connect(local(server));
    const response = await client.run({ meta: { tag: 'x', capabilities: [] }, input: { a: [1, 'ä', null] } });
    expect(response.meta?.tag).toBe('x');
    expect(response.output).toEqual({ a: [1, 'ä', null] });
  });

  test('may be of 20 MiB, and so may its answer', async () => {
    const server = await serve();
    using client = connect(local(server));
    const input = { text: 'x'.repeat(20 * MIB) };
    expect((await client.run({ input })).output).toEqual(input);
  });

  test('of more than 64 MiB is refused, and the next one is answered', async () => {
    const server = await serve();
    using client = connect(local(server));
    const reply = await client.send(RUN_FUNCTION, Buffer.alloc(65 * MIB));
    expect(reply).toMatchObject({ ok: false, code: status.RESOURCE_EXHAUSTED });
    expect((await client.run({ input: { a: 1 } })).output).toEqual({ a: 1 });
  });

  test('whose answer is more than 64 MiB ends with an error that says so', async () => {
    const server = await serve({
      handler: (request) => ({ ...echo(request), output: { text: 'x'.repeat(65 * MIB) } }),
    });
    using client = connect(local(server));
    expect(await client.send(RUN_FUNCTION, encode({}))).toMatchObject({
      ok: false,
      code: status.RESOURCE_EXHAUSTED,
    });
  });

  test('of another method is unimplemented', async () => {
    const server = await serve();
    using client = connect(local(server));
    for (const path of ['/apiextensions.fn.proto.v1.FunctionRunnerService/Other', '/a/b', '/']) {
      expect(await client.send(path, encode({}))).toMatchObject({ ok: false, code: status.UNIMPLEMENTED });
    }
  });

  test('that is not protobuf is refused with what is wrong, and the next one is answered', async () => {
    const server = await serve();
    using client = connect(local(server));
    const malformed = Buffer.concat([encode({ password: 'canary' }), Buffer.from([0x0a, 0xff, 0x01])]);
    const reply = await client.send(RUN_FUNCTION, malformed);
    expect(reply).toMatchObject({ ok: false, code: status.INVALID_ARGUMENT });
    expect(reply.ok ? '' : reply.details).toMatch(
      /^not a RunFunctionRequest: truncated field at byte \d+ of \d+$/,
    );
    expect(server.lines.join()).toContain('Refused');
    expect(server.lines.join()).not.toContain('canary');
    expect((await client.run({ input: { a: 1 } })).output).toEqual({ a: 1 });
  });

  test('of random bytes never ends the server', async () => {
    const server = await serve();
    using client = connect(local(server));
    for (let round = 0; round < 200; round++) {
      const reply = await client.send(RUN_FUNCTION, randomBytes(round * 3));
      if (!reply.ok) expect(reply.code).toBe(status.INVALID_ARGUMENT);
    }
    expect((await client.run({ input: { a: 1 } })).output).toEqual({ a: 1 });
  });

  test('may send its request ahead, beyond what HTTP/2 allows by default', async () => {
    const server = await serve();
    const session = http2.connect(`http://${local(server)}`);
    onTestFinished(() => session.destroy());
    await new Promise((resolve) => {
      session.on('remoteSettings', ({ initialWindowSize }) => {
        if ((initialWindowSize ?? 0) >= 4 * MIB) resolve(undefined);
      });
    });
    await new Promise((resolve) => session.ping(resolve));
    expect(session.state.remoteWindowSize).toBeGreaterThanOrEqual(4 * MIB);
  });
});

describe('a handler that throws', () => {
  const CANARY = 'canary-4c7e';

  test.each([
    [
      'an error',
      () => {
        throw new Error(`cannot log in with ${CANARY}`);
      },
    ],
    [
      'a string',
      () => {
        throw CANARY;
      },
    ],
    ['what cannot be encoded', () => ({ ...echo(requestOf({})), output: { [CANARY]: () => CANARY } })],
  ] as const)('is a fatal result that leaks nothing: %s', async (_, handler) => {
    const server = await serve({ handler: handler as () => RunFunctionResponse });
    using client = connect(local(server));
    const reply = await client.send(RUN_FUNCTION, encode({ password: CANARY }));
    if (!reply.ok) throw new Error(reply.details);
    const { results, conditions } = RunFunctionResponse.decode(reply.response);
    expect(results.map(({ severity, target }) => [severity, target])).toEqual([
      [2, 2],
      [1, 2],
    ]);
    expect(results[1]?.message).toMatch(/^Internal error [0-9a-f]{8}: nothing was changed/);
    expect(conditions).toMatchObject([
      { type: 'ConfigRendered', status: 3, message: results[1]?.message, target: 2 },
    ]);
    const id = /error (\w+):/.exec(results[1]?.message ?? '')?.[1];
    const log = server.lines.join('');
    expect(log).toContain(`"id":"${id}"`);
    expect(log).not.toContain(CANARY);
    expect(reply.response.includes(CANARY)).toBe(false);
  });

  test('is logged with the composite, as its tenant knows it', async () => {
    const handler = () => {
      throw new Error(CANARY);
    };
    const server = await serve({ handler });
    using client = connect(local(server));
    const claimRef = { kind: 'Database', namespace: 'tas-acme', name: 'shop' };
    const resource = { kind: 'XDatabase', metadata: { name: 'shop-x7k2p' }, spec: { claimRef } };
    const observed = { composite: { resource, connectionDetails: {}, ready: 0 }, resources: {} };
    const bytes = RunFunctionRequest.encode(RunFunctionRequest.fromPartial({ observed })).finish();
    await client.send(RUN_FUNCTION, Buffer.from(bytes));
    expect(server.lines.join('')).toContain('"kind":"Database","namespace":"tas-acme","name":"shop"');
  });

  test('leaves the next call unharmed', async () => {
    const server = await serve({
      handler: (request) => {
        if (request.input?.['fail'] === true) throw new Error(CANARY);
        return echo(request);
      },
    });
    using client = connect(local(server));
    expect((await client.run({ input: { fail: true } })).results[1]?.severity).toBe(1);
    expect((await client.run({ input: { fail: false } })).output).toEqual({ fail: false });
  });
});

describe('a warm-up', () => {
  test('sends its request through the handler before the port is listened on', async () => {
    const port = await freePort();
    const warm = { meta: { tag: 'warm', capabilities: [] } };
    const seen: string[] = [];
    const listening: Promise<boolean>[] = [];
    const server = await serve({
      address: `127.0.0.1:${port}`,
      warmUp: () => RunFunctionRequest.encode(requestOf(warm)).finish(),
      handler: (request) => {
        seen.push(request.meta?.tag ?? '');
        listening.push(accepts(port));
        return echo(request);
      },
    });
    const calls = seen.length;
    expect(calls).toBeGreaterThan(10);
    expect(new Set(seen)).toEqual(new Set(['warm']));
    expect(await listening[0]).toBe(false);
    using client = connect(local(server));
    expect((await client.run({ input: { a: 1 } })).output).toEqual({ a: 1 });
    expect(seen).toHaveLength(calls + 1);
  });

  test('that is no request does not stop the start', async () => {
    const server = await serve({ warmUp: () => Buffer.from([0xff]) });
    using client = connect(local(server));
    expect((await client.run({ input: { a: 1 } })).output).toEqual({ a: 1 });
  });
});

describe('an address', () => {
  test.each(['127.0.0.1:0', '0.0.0.0:0', ':0', 'localhost:0', '[::]:0'])(
    '%s is listened on',
    async (address) => {
      const server = await serve({ address });
      expect(server.address).toMatch(/:[1-9]\d*$/);
      using client = connect(address === 'localhost:0' ? `localhost:${server.port}` : local(server));
      expect((await client.run({ input: { a: 1 } })).output).toEqual({ a: 1 });
    },
  );

  test.each([
    '9443',
    '',
    'host',
    '0.0.0.0:99999',
    '0.0.0.0:-1',
    '0.0.0.0:https',
    'unix:/tmp/x',
    'http://a:1',
    '::1:80',
  ])('"%s" is refused with what an address is', async (address) => {
    await expect(start(address)).rejects.toThrow(StartError);
    await expect(start(address)).rejects.toThrow(/cannot listen on .*host:port/);
  });

  test('that is in use is refused, named', async () => {
    const other = createServer();
    onTestFinished(() => void other.close());
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port));
    });
    await expect(start(`127.0.0.1:${port}`)).rejects.toThrow(StartError);
    await expect(start(`127.0.0.1:${port}`)).rejects.toThrow(
      `cannot listen on 127.0.0.1:${port}: the port is in use`,
    );
  });

  test('that another of our servers uses is refused on every interface, too', async () => {
    const server = await serve({ address: ':0' });
    await expect(start(`:${server.port}`)).rejects.toThrow('the port is in use');
  });

  test('of another machine is refused, named', async () => {
    await expect(start('192.0.2.1:0')).rejects.toThrow(/cannot listen on 192\.0\.2\.1:0: .*EADDRNOTAVAIL/);
    await expect(start('nowhere.invalid:0')).rejects.toThrow(/cannot listen on nowhere\.invalid:0/);
  });
});

describe('a server that drains', () => {
  test('finishes the call under way, takes no other, and then is gone', async () => {
    const server = await serve();
    const call = await halfCall(server.port);
    const goaway = new Promise((resolve) => call.session.once('goaway', resolve));
    const drained = server.drain(10_000);
    await goaway;
    expect(await accepts(server.port)).toBe(false);
    expect(await call.finish()).toBe(status.OK);
    await drained;
  });

  test('ends a call that does not finish when its deadline is over', async () => {
    const server = await serve();
    const call = await halfCall(server.port);
    const before = Date.now();
    await server.drain(300);
    await call.ended;
    expect(Date.now() - before).toBeGreaterThanOrEqual(290);
    expect(Date.now() - before).toBeLessThan(5000);
  });

  test('waits for nobody who is connected but has no call', async () => {
    const server = await serve();
    using client = connect(local(server));
    await client.run({});
    const before = Date.now();
    await server.drain(10_000);
    expect(Date.now() - before).toBeLessThan(5000);
  });

  test('may be told to twice', async () => {
    const server = await serve();
    await Promise.all([server.drain(1000), server.drain(1000)]);
    await server.drain(1000);
  });
});

describe('the port', () => {
  test('takes garbage without harm', async () => {
    const server = await serve();
    for (const bytes of ['GET / HTTP/1.1\r\n\r\n', '\x16\x03\x01\x02', randomBytes(5000)]) {
      const socket = connectTcp(server.port, '127.0.0.1').resume();
      socket.on('error', () => {});
      await new Promise((resolve) => {
        socket.once('close', resolve);
        socket.end(bytes);
      });
    }
    using client = connect(local(server));
    expect((await client.run({ input: { a: 1 } })).output).toEqual({ a: 1 });
  });
});
