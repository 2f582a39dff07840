import { describe, expect, test } from 'vitest';
import { ttlOf } from '../../src/compose/ttl.ts';
import { resolveSettings } from '../../src/plan/settings.ts';

const now = Date.parse('2026-03-02T10:00:00Z');
const at = (seconds: number) => new Date(now + seconds * 1000).toISOString();

const settings = (data: object = {}) => {
  const resolved = resolveSettings(undefined, data);
  if (!resolved.ok) throw new Error(resolved.error);
  return resolved.value;
};

/** An XR whose breaker has been in a state since a time. */
const breaker = (status: string, since: string) => ({
  status: {
    conditions: [{ type: 'Responsive', status, reason: 'WatchCircuitOpen', lastTransitionTime: since }],
  },
});

describe('how long an answer holds', () => {
  test.each([
    { reason: 'everything is applied', args: {}, want: 60 },
    { reason: 'something is yet to be applied', args: { applied: false }, want: 3 },
    {
      reason: 'the configuration has changed, and more may come',
      args: { xr: { status: { configHash: 'a' } }, configHash: 'b', applied: false },
      want: 1,
    },
    {
      reason: 'the configuration is that of the last answer',
      args: { xr: { status: { configHash: 'a' } }, configHash: 'a' },
      want: 60,
    },
    { reason: 'the first answer', args: { configHash: 'a', applied: false }, want: 3 },
    { reason: 'the breaker is closed', args: { xr: breaker('True', at(-10)) }, want: 60 },
    { reason: 'the breaker opened a moment ago', args: { xr: breaker('False', at(-10)) }, want: 3 },
    {
      reason: 'the breaker opened just under six minutes ago',
      args: { xr: breaker('False', at(-359)) },
      want: 3,
    },
    {
      reason: 'the breaker opened long ago and only says open until the next event',
      args: { xr: breaker('False', at(-361)) },
      want: 60,
    },
    { reason: 'a clock that runs a little ahead', args: { xr: breaker('False', at(5)) }, want: 3 },
    {
      reason: 'a time in the far future, that somebody wrote by hand',
      args: { xr: breaker('False', '2099-01-01T00:00:00Z') },
      want: 60,
    },
    { reason: 'an invalid time', args: { xr: breaker('False', 'yesterday') }, want: 60 },
    { reason: 'an invalid status', args: { xr: { status: { conditions: 'none' } } }, want: 60 },
    { reason: 'a report that ends sooner', args: { validUntil: [now + 20_000, now + 40_000] }, want: 21 },
    { reason: 'a report that ends at once', args: { validUntil: [now + 1] }, want: 3 },
    {
      reason: 'a report that has ended says nothing about the next call',
      args: { validUntil: [now - 1, now] },
      want: 60,
    },
    {
      reason: 'a report that ends in a thousand years',
      args: { validUntil: [Date.parse('3026-01-01T00:00:00Z')] },
      want: 60,
    },
  ])('$reason: $want s', ({ reason, args, want }) => {
    expect(ttlOf({ xr: {}, applied: true, validUntil: [], ...args }, settings(), now), reason).toBe(want);
  });

  test('the platform decides how long', () => {
    const own = settings({ ttl: { pending: '7s', steady: '5m' } });
    expect(ttlOf({ xr: {}, applied: true, validUntil: [] }, own, now)).toBe(300);
    expect(ttlOf({ xr: {}, applied: false, validUntil: [] }, own, now)).toBe(7);
  });

  test('ten idle minutes take at most twelve calls', () => {
    let calls = 0;
    const reports = [now + 1_800_000, now + 1_803_000];
    for (let time = now; time < now + 600_000; calls++) {
      time += ttlOf({ xr: {}, applied: true, validUntil: reports }, settings(), time) * 1000;
    }
    expect(calls).toBeLessThanOrEqual(12);
  });
});
