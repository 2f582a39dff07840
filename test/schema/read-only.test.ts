import { describe, expect, test } from 'vitest';
import { mayWrite } from '../../src/schema/read-only.ts';
import { serverTypes } from '../../src/servers/registry.ts';

const policies = serverTypes.filter(({ name }) => name !== 'search');
const specOf = (policy: Record<string, unknown>) => ({ defaultPolicy: policy });

describe.each(policies)('the policy of $name', ({ instance, policy }) => {
  test.each([
    { given: {}, writes: false },
    { given: { readOnly: true }, writes: false },
    { given: { readOnly: false }, writes: true },
    { given: { readonly: true }, writes: false },
    { given: { readonly: false }, writes: true },
    { given: { readonly: false, readOnly: false }, writes: true },
    { given: { readonly: true, readOnly: true }, writes: false },
  ])('$given: writes $writes', ({ given, writes }) => {
    const parsed = policy(instance.spec.parse(specOf(given)));
    expect(mayWrite({}, parsed)).toBe(writes);
    expect(mayWrite({ readOnly: false }, parsed)).toBe(writes);
    expect(mayWrite({ readOnly: true }, parsed)).toBe(false);
  });

  test.each([
    { readOnly: true, readonly: false },
    { readOnly: false, readonly: true },
  ])('%j is refused', (given) => {
    const parsed = instance.spec.safeParse(specOf(given));
    expect(parsed.error?.issues.map(({ message }) => message)).toEqual([
      'readonly is the former spelling of readOnly: remove readonly, or give both the same value',
    ]);
  });
});
