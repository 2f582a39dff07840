import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { remembered } from '../../src/contract/remember.ts';

describe('a memory', () => {
  test('keeps what was used last within the bound of a tenant', () => {
    const made: string[] = [];
    const memory = remembered<boolean>({ perTenant: 10, total: 100 });
    for (const text of ['aaaa', 'bbbb', 'aaaa', 'cccc', 'aaaa', 'bbbb', 'x'.repeat(11), 'x'.repeat(11)]) {
      if (!memory.get('a', text)) made.push(text);
      memory.set('a', text, true, text.length);
    }
    expect(made).toStrictEqual(['aaaa', 'bbbb', 'cccc', 'bbbb', 'x'.repeat(11), 'x'.repeat(11)]);
  });

  test('gives no tenant what another one has', () => {
    const memory = remembered<string>({ perTenant: 10, total: 100 });
    memory.set('a', 'key', 'of a', 1);
    expect(memory.get('b', 'key')).toBeUndefined();
    expect(memory.entries('b')).toStrictEqual([]);
  });

  test('never takes from a tenant within its share, whatever the others do', () => {
    const step = fc.record({ tenant: fc.integer({ min: 0, max: 4 }), key: fc.nat(30), size: fc.nat(60) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const memory = remembered<number>({ perTenant: 50, total: 120 });
        // six tenants: a share is 20
        for (const key of ['one', 'two']) memory.set('victim', key, 1, 10);
        for (const { tenant, key, size } of steps) memory.set(`attacker-${tenant}`, String(key), size, size);
        expect(memory.entries('victim').length).toBe(2);
        expect(memory.size()).toBeLessThanOrEqual(120);
        const tenants = ['victim', ...[0, 1, 2, 3, 4].map((index) => `attacker-${index}`)];
        for (const tenant of tenants) expect(memory.size(tenant)).toBeLessThanOrEqual(50);
        expect(tenants.reduce((sum, tenant) => sum + memory.size(tenant), 0)).toBe(memory.size());
      }),
    );
  });
});
