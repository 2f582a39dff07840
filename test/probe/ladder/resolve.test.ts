import type { LookupAddress } from 'node:dns';
import { expect, test, vi } from 'vitest';
import { startPeer } from '../drivers/peers.ts';
import { probe } from '../drivers/probed.ts';
import { expectQuiet } from '../drivers/quiet.ts';

// A resolver that does not answer in time cannot be had for real without changing that of the machine.
const lookups = vi.hoisted(() => [] as { host: string; answer: PromiseWithResolvers<unknown> }[]);
vi.mock('node:dns/promises', () => ({
  lookup: (host: string) => {
    const answer = Promise.withResolvers<unknown>();
    lookups.push({ host, answer });
    return answer.promise;
  },
}));

expectQuiet();

const quick = { connect: 0.1, query: 0.1 };
const local: LookupAddress = { address: '127.0.0.1', family: 4 };

test('a resolver that does not answer, for as long as it likes', async () => {
  const first = await probe({ host: 'slow.example', timeouts: quick });
  expect(first.reason).toBe('DNSFailed');
  expect(first.rungs.dns).toBeGreaterThanOrEqual(99);
  expect(Object.keys(first.rungs)).toEqual(['dns']);
  await Promise.all([1, 2, 3].map(() => probe({ host: 'slow.example', timeouts: quick })));
  // However many ask, one lookup is under way.
  expect(lookups.map(({ host }) => host)).toEqual(['slow.example']);
  lookups.splice(0)[0]?.answer.reject(new Error('late'));
});

test('an answer is for those who wait for it, and kept for nobody', async () => {
  await using peer = await startPeer((socket) => socket.resume());
  const ask = () => probe({ driver: 'tcp', host: 'twice.example', port: peer.port });
  const both = [ask(), ask()];
  await vi.waitFor(() => expect(lookups).toHaveLength(1));
  lookups.splice(0)[0]?.answer.resolve([local]);
  expect((await Promise.all(both)).map(({ reason }) => reason)).toEqual(['NoDriver', 'NoDriver']);

  const third = ask();
  await vi.waitFor(() => expect(lookups).toHaveLength(1));
  lookups.splice(0)[0]?.answer.resolve([]);
  expect((await third).reason).toBe('DNSFailed');
});

test('a check that is called off does not wait for the resolver', async () => {
  const controller = new AbortController();
  const checked = probe({
    host: 'off.example',
    signal: controller.signal,
    timeouts: { connect: 60, query: 60 },
  });
  await vi.waitFor(() => expect(lookups).toHaveLength(1));
  controller.abort();
  await checked;
  lookups.splice(0)[0]?.answer.resolve([local]);
});

test('several addresses are tried one after the other', async () => {
  await using peer = await startPeer((socket) => socket.resume());
  const checked = probe({ driver: 'tcp', host: 'many.example', port: peer.port });
  await vi.waitFor(() => expect(lookups).toHaveLength(1));
  // Nobody listens on the first.
  lookups.splice(0)[0]?.answer.resolve([{ address: '::1', family: 6 }, local]);
  expect((await checked).reason).toBe('NoDriver');
  expect(peer.accepted()).toBe(1);
});

test('where all of several addresses refuse', async () => {
  const checked = probe({ driver: 'tcp', host: 'none.example', port: 1 });
  await vi.waitFor(() => expect(lookups).toHaveLength(1));
  lookups.splice(0)[0]?.answer.resolve([local, { address: '::1', family: 6 }]);
  expect((await checked).reason).toBe('ConnectionRefused');
});
