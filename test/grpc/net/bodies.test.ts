import { RunFunctionRequest } from '@crossplane-org/function-sdk-typescript';
import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { connect, RUN_FUNCTION, requestOf } from '../../../lab/clients/grpc.ts';
import { halfCall } from '../half-call.ts';
import { serve } from '../served.ts';

const MiB = 1024 * 1024;
const body = (bytes: number): Uint8Array =>
  RunFunctionRequest.encode(requestOf({ input: { text: 'x'.repeat(bytes) } })).finish();

test('many large bodies at once are refused beyond a sum, and small calls are answered throughout', async () => {
  const server = await serve({ mostBodyBytes: 12 * MiB });
  const large = Array.from({ length: 8 }, () => connect(server.address));
  using small = connect(server.address);
  // a small call that is under way while the large ones arrive
  const half = await halfCall(server.port);
  const message = body(5 * MiB);
  const flood = Promise.all(large.map((client) => client.send(RUN_FUNCTION, message)));
  const beside = await Promise.all(Array.from({ length: 20 }, () => small.send(RUN_FUNCTION, body(100))));
  expect(beside.every(({ ok }) => ok)).toBe(true);
  const codes = (await flood).map((reply) => (reply.ok ? status.OK : reply.code));
  expect(new Set(codes)).toContain(status.RESOURCE_EXHAUSTED);
  expect(codes.filter((code) => code !== status.OK && code !== status.RESOURCE_EXHAUSTED)).toStrictEqual([]);
  expect(await half.finish()).toBe(status.OK);
  half.session.destroy();
  // nothing stays counted
  for (let again = 0; again < 5; again++)
    expect((await small.send(RUN_FUNCTION, body(8 * MiB))).ok).toBe(true);
  for (const client of large) client[Symbol.dispose]();
  expect(server.lines.join('')).toContain('Refused the largest');
});
