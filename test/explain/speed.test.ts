import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { dbhub } from '../../bench/tenants/dbhub.ts';
import { tenant } from '../../bench/tenants/tenant.ts';
import type { KubeObject } from '../../src/simulate/server-fields.ts';
import { run } from './run.ts';

/** Without what the API server adds. */
const asWritten = ({ metadata: { name, namespace, labels }, ...object }: KubeObject) => ({
  ...object,
  metadata: { name, namespace, labels },
  status: undefined,
});

it('explains 200 Databases well below a second', async () => {
  const { composite, objects } = tenant(dbhub, 200);
  const stdin = [composite, ...objects].map((object) => stringify(asWritten(object))).join('---\n');
  const began = performance.now();
  const { code, out } = await run(['-'], { stdin, full: true });
  const took = performance.now() - began;
  expect(code).toBe(0);
  expect(out).toContain('Selected: 200 by tas.io/team=orders');
  expect(out.match(/max_rows/g)).toHaveLength(200);
  expect(took).toBeLessThan(1000);
  console.info(
    `explained 200 Databases in ${took.toFixed(0)} ms, of ${(stdin.length / 1024).toFixed(0)} KiB`,
  );
});
