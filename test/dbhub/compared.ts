import { expect } from 'vitest';
import type { ProbeReason } from '../../src/contract/probe-reasons.ts';
import { probeServed } from '../support/probe-served.ts';
import type { Beside, Other } from './beside.ts';

/** A Database with the reason that the probe must report, and a part of its message. */
export interface Expected extends Other {
  reason: ProbeReason | 'InvalidSpec';
  says?: string | RegExp;
  /** Whether it holds with the drivers of the image only, which are those of a pod. */
  imageOnly?: boolean;
}

/** Reasons with which a call returns rows. */
const answering = new Set<string>([
  'Connected',
  'SlowAnswer',
  'NotReadOnly',
  'UserLimit',
] satisfies ProbeReason[]);

/**
 * Compares the verdicts of the probe with the calls of a client, through the same pod: a reason with which a call
 * returns rows comes with rows, and every other reason with an error.
 */
export async function compare(
  beside: Beside,
  expected: readonly Expected[],
  { image = true, sql = 'SELECT 1 AS one' } = {},
): Promise<void> {
  const findings = await probeServed(beside.served);
  let answered = Promise.resolve();
  const rows = await Promise.all(
    expected.map(async ({ name, reason: wanted }) => {
      // Calls that return rows come one by one, so that a busy machine does not time them out.
      const before = answered;
      const done = Promise.withResolvers<void>();
      if (answering.has(wanted)) {
        answered = done.promise;
        await before;
      }
      const call = beside.ask(name, sql);
      // A Database with an invalid spec has no tool.
      const answer = wanted === 'InvalidSpec' ? call.catch(() => ({ isError: true, content: '' })) : call;
      const { isError, content } = await answer.finally(() => done.resolve());
      const finding = findings.get(name);
      return { name, reason: finding?.reason, message: finding?.message ?? '', fails: isError, content };
    }),
  );
  await beside.stillGood();
  for (const [index, { name, reason, message, fails, content }] of rows.entries()) {
    const { reason: wanted, says = '', imageOnly = false } = expected[index] ?? { reason: 'Connected' };
    const context = `${name}: ${reason} "${message}", ${JSON.stringify(content)}`;
    expect(reason, context).toBe(wanted);
    expect(message, context).toMatch(says);
    if (!imageOnly || image) expect(fails ?? false, context).toBe(!answering.has(wanted));
  }
}
