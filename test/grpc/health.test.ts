import { Client, type ClientReadableStream, credentials, status } from '@grpc/grpc-js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connect } from '../../lab/clients/grpc.ts';
import { serve } from './served.ts';

const CHECK = '/grpc.health.v1.Health/Check';
const WATCH = '/grpc.health.v1.Health/Watch';
const FUNCTION = 'apiextensions.fn.proto.v1.FunctionRunnerService';
const [SERVING, NOT_SERVING, SERVICE_UNKNOWN] = [1, 2, 3].map((value) => Buffer.from([0x08, value]));

const asking = (service: string): Buffer =>
  service === '' ? Buffer.alloc(0) : Buffer.from([0x0a, service.length, ...Buffer.from(service)]);

function watch(port: number, service: string): { stream: ClientReadableStream<Buffer>; seen: Buffer[] } {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
  });
  const asIs = (bytes: Buffer): Buffer => bytes;
  const stream = client.makeServerStreamRequest(WATCH, asIs, asIs, asking(service));
  const seen: Buffer[] = [];
  stream.on('data', (message: Buffer) => seen.push(message));
  stream.on('error', () => {});
  onTestFinished(() => client.close());
  return { stream, seen };
}

const next = (stream: ClientReadableStream<Buffer>): Promise<unknown> =>
  new Promise((resolve) => stream.once('data', resolve));

describe('health', () => {
  test.each(['', FUNCTION])('of "%s" is serving', async (service) => {
    const { port } = await serve();
    using client = connect(`127.0.0.1:${port}`);
    expect(await client.send(CHECK, asking(service))).toEqual({ ok: true, response: SERVING });
  });

  test('of a service that is not there is not found', async () => {
    const { port } = await serve();
    using client = connect(`127.0.0.1:${port}`);
    expect(await client.send(CHECK, asking('other'))).toMatchObject({ ok: false, code: status.NOT_FOUND });
  });

  test('asked for with garbage is an invalid argument, and harms nobody', async () => {
    const { port } = await serve();
    using client = connect(`127.0.0.1:${port}`);
    const garbage = Buffer.from([0x0a, 0xff, 0x01]);
    expect(await client.send(CHECK, garbage)).toMatchObject({ ok: false, code: status.INVALID_ARGUMENT });
    expect(await client.send(CHECK, asking(''))).toEqual({ ok: true, response: SERVING });
  });

  test('is told to watchers, and that it ends', async () => {
    const server = await serve();
    const { stream, seen } = watch(server.port, FUNCTION);
    await next(stream);
    const ended = new Promise((resolve) => stream.once('end', resolve));
    const before = Date.now();
    await server.drain(10_000);
    await ended;
    expect(seen).toEqual([SERVING, NOT_SERVING]);
    expect(Date.now() - before).toBeLessThan(5000);
  });

  test('of an unknown service is told to watchers as such', async () => {
    const { port } = await serve();
    const { stream, seen } = watch(port, 'other');
    await next(stream);
    expect(seen).toEqual([SERVICE_UNKNOWN]);
  });

  test('forgets a watcher that goes away', async () => {
    const server = await serve();
    const { stream } = watch(server.port, '');
    await next(stream);
    stream.cancel();
    using client = connect(`127.0.0.1:${server.port}`);
    expect(await client.send(CHECK, asking(''))).toEqual({ ok: true, response: SERVING });
    await server.drain(1000);
  });
});
