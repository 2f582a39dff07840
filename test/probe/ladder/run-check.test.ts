import type { Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { must } from '../../../lab/process/run.ts';
import { freePort } from '../../../lab/process/server-process.ts';
import type { RunnableCheck } from '../../../src/probe/check.ts';
import { saying, silent, startPeer } from '../drivers/peers.ts';
import { probe } from '../drivers/probed.ts';
import { expectQuiet } from '../drivers/quiet.ts';
import { startFullQueue } from './full-queue.ts';
import type { Leftover } from './leftovers.ts';

expectQuiet();

const quick = { connect: 0.2, query: 0.2 };

test('an open port, for what has no driver', async () => {
  await using peer = await startPeer(silent);
  const report = await probe({ driver: 'tcp', port: peer.port });
  expect(report.reason).toBe('NoDriver');
  expect(Object.keys(report.rungs)).toEqual(['dns', 'tcp']);
  await peer.idle();
});

test('a host that does not resolve', async () => {
  const report = await probe({ host: 'nowhere.invalid' });
  expect(report.reason).toBe('DNSFailed');
  expect(Object.keys(report.rungs)).toEqual(['dns']);
});

test('a port that is closed', async () => {
  const report = await probe({ port: await freePort() });
  expect(report.reason).toBe('ConnectionRefused');
  expect(Object.keys(report.rungs)).toEqual(['dns', 'tcp']);
});

test('a port that does not answer', async () => {
  await using queue = await startFullQueue();
  const report = await probe({ host: '127.0.0.1', port: queue.port, timeouts: quick });
  expect(report.reason).toBe('ConnectTimeout');
  expect(report.rungs.tcp).toBeGreaterThanOrEqual(199);
  expect(Object.keys(report.rungs)).toEqual(['dns', 'tcp']);
});

test('a driver that there is not', async () => {
  const report = await probe({ driver: 'constructor' });
  expect(report).toMatchObject({ reason: 'InternalError', rungs: {} });
  expect(report.error).toBeInstanceOf(Error);
});

test('a check that was called off before it began', async () => {
  await using peer = await startPeer(silent);
  await probe({ port: peer.port, signal: AbortSignal.abort() });
  expect(peer.accepted()).toBe(0);
});

test.each(['postgres', 'mysql', 'sqlserver'])('memory holds no other driver than %s', async (driver) => {
  const code = `
    import { createRequire } from 'node:module';
    import { runCheck } from './src/probe/run-check.ts';
    const check = { driver: '${driver}', host: '127.0.0.1', port: 1, tls: 'disable', secrets: {}, params: {},
      readOnly: true, addresses: 'any', timeouts: { connect: 1, query: 1 } };
    await runCheck(check, { USERNAME: 'u' }, new AbortController().signal);
    const files = Object.keys(createRequire(import.meta.url).cache);
    console.log(JSON.stringify(['pg', 'mysql2', 'tedious'].filter((name) =>
      files.some((file) => file.includes('/node_modules/' + name + '/')))));`;
  const cwd = join(import.meta.dirname, '../../..');
  const loaded = await must(process.execPath, ['--input-type=module', '-e', code], { cwd });
  expect(JSON.parse(loaded)).toEqual([
    driver === 'postgres' ? 'pg' : driver === 'mysql' ? 'mysql2' : 'tedious',
  ]);
});

test('no socket and no timer stays behind', async () => {
  await using quiet = await startPeer(silent);
  // What could be a server of the third kind's, and breaks off in the midst of a message.
  await using halting = await startPeer(saying(Buffer.from([4, 0, 0, 9, 0, 0, 1, 0, 0])));
  const script = join(import.meta.dirname, 'leftovers.ts');
  const ports = [quiet.port, halting.port].map(String);
  const found = JSON.parse(await must(process.execPath, [script, ...ports])) as Leftover[];
  expect(found).toHaveLength(48);
  expect(found.filter(({ left }) => left.length > 0)).toEqual([]);
  const reasons = new Set(found.map(({ reason }) => reason));
  expect(reasons).toEqual(new Set(['Timeout', 'NoDriver', 'ProtocolError']));
  for (const peer of [quiet, halting]) {
    await peer.idle();
    expect(peer.accepted()).toBe(24);
  }
});

const drivers = ['postgres', 'mysql', 'sqlserver'] as const;
const modes = drivers.flatMap((driver) =>
  (['disable', 'require', 'verify-full'] as const).map((tls) => [driver, tls] as const),
);

describe.each(modes)('%s, %s', (driver, tls) => {
  const check = (port: number, more: Partial<RunnableCheck> & { signal?: AbortSignal } = {}) =>
    probe({ driver, tls, port, timeouts: quick, ...more });
  const stopsAt = ['dns', 'tcp', tls === 'disable' ? 'auth' : 'tls'];

  test('a host that accepts and never answers', async () => {
    await using peer = await startPeer(silent);
    const report = await check(peer.port);
    expect(report.reason).toBe('Timeout');
    expect(report.latencyMs).toBeGreaterThanOrEqual(199);
    expect(report.latencyMs).toBeLessThan(1000);
    expect(Object.keys(report.rungs)).toEqual(stopsAt);
    await peer.idle();
    expect(peer.accepted()).toBe(1);
  });

  test('a check that is called off', async () => {
    await using peer = await startPeer(silent);
    const controller = new AbortController();
    const checked = check(peer.port, { signal: controller.signal, timeouts: { connect: 60, query: 60 } });
    await peer.until(1);
    controller.abort();
    await checked;
    await peer.idle();
  });

  test.each<[string, (socket: Socket) => void, string]>([
    ['hangs up at once', (socket) => socket.resume().end(), 'ConnectionReset'],
    ['resets the connection', (socket) => socket.resetAndDestroy(), 'ConnectionReset'],
    ['hangs up when spoken to', (socket) => socket.on('data', () => socket.end()), 'ConnectionReset'],
    ['speaks SSH', saying('SSH-2.0-OpenSSH_9.2p1\r\n'), 'ProtocolError'],
    ['speaks SMTP', saying('220 mail.example.com ESMTP\r\n'), 'ProtocolError'],
    ['speaks HTTP', saying('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'), 'ProtocolError'],
    ['says back what it is told', (socket) => socket.pipe(socket), 'ProtocolError'],
  ])('a host that %s', async (title, serve, reason) => {
    await using peer = await startPeer(serve);
    // MySQL's client waits to be spoken to.
    const waits =
      driver === 'mysql' && (title === 'hangs up when spoken to' || title.startsWith('says back'));
    const report = await check(peer.port);
    expect(report.reason).toBe(waits ? 'Timeout' : reason);
    // A reset may come before the connection is made.
    if (title !== 'resets the connection') expect(Object.keys(report.rungs)).toEqual(stopsAt);
    await peer.idle();
  });
});
