import { describe, expect, test } from 'vitest';
import { reportedStatusOf } from '../../src/contract/reported-status.ts';

const now = Date.parse('2026-03-02T10:00:00Z');
const report = {
  phase: 'Connected',
  reason: 'Connected',
  lastChecked: '2026-03-02T09:59:00Z',
  validUntil: '2026-03-02T10:30:00Z',
  checkedSpec: 'abc',
  selectedBy: ['sales'],
};
const validUntil = Date.parse(report.validUntil);

describe("what is made of a Resource's status, which its tenant may have written", () => {
  test.each([
    { reason: 'a valid report', args: {}, want: { phase: 'Connected', reason: 'Connected', validUntil } },
    {
      reason: 'a failure',
      args: { phase: 'Failed', reason: 'AuthFailed' },
      want: { phase: 'Failed', reason: 'AuthFailed', validUntil },
    },
    {
      reason: 'nothing selects it',
      args: { lastChecked: undefined, selectedBy: [] },
      want: { phase: 'Pending', reason: 'NotSelected' },
    },
    {
      reason: 'selected, and not yet checked',
      args: { lastChecked: undefined },
      want: { phase: 'Pending', reason: 'NotChecked' },
    },
    {
      reason: 'a report on another spec',
      args: { checkedSpec: 'old' },
      want: { phase: 'Pending', reason: 'Checking' },
    },
    {
      reason: 'a report without a spec',
      args: { checkedSpec: undefined },
      want: { phase: 'Pending', reason: 'Checking' },
    },
    {
      reason: 'a report that has expired',
      args: { validUntil: '2026-03-02T10:00:00Z' },
      want: { phase: 'Pending', reason: 'Stale' },
    },
    {
      reason: 'a report that expires never',
      args: { validUntil: 'never' },
      want: { phase: 'Pending', reason: 'Stale' },
    },
    {
      reason: 'a report without an end',
      args: { validUntil: undefined },
      want: { phase: 'Pending', reason: 'Stale' },
    },
    {
      reason: 'an end that is no string',
      args: { validUntil: 9e15 },
      want: { phase: 'Pending', reason: 'Stale' },
    },
    {
      reason: 'a phase that there is not',
      args: { phase: 'Wonderful' },
      want: { phase: 'Pending', reason: 'Connected', validUntil },
    },
    {
      reason: 'a phase that is no string',
      args: { phase: { a: 1 } },
      want: { phase: 'Pending', reason: 'Connected', validUntil },
    },
    {
      reason: 'a reason that is a sentence',
      args: { reason: 'it works, "trust me"' },
      want: { phase: 'Connected', validUntil },
    },
    {
      reason: 'a reason that is too long',
      args: { reason: 'A'.repeat(65) },
      want: { phase: 'Connected', validUntil },
    },
    {
      reason: 'a reason with a line break at its end',
      args: { reason: 'Connected\n' },
      want: { phase: 'Connected', validUntil },
    },
  ])('$reason', ({ reason, args, want }) => {
    expect(reportedStatusOf({ status: { ...report, ...args } }, 'abc', now), reason).toStrictEqual(want);
  });

  test('nobody can have checked a spec that does not parse', () => {
    const { checkedSpec: _, ...status } = report;
    expect(reportedStatusOf({ status }, undefined, now)).toStrictEqual({
      phase: 'Pending',
      reason: 'Checking',
    });
  });

  test.each([
    null,
    undefined,
    'text',
    7,
    [],
    { status: null },
    { status: 'text' },
    { status: { selectedBy: 'sales' } },
  ])('an invalid status: %j', (xr) => {
    expect(reportedStatusOf(xr, 'abc', now)).toStrictEqual({ phase: 'Pending', reason: 'NotSelected' });
  });
});
