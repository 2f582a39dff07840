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

it('explains 200 Databases', async () => {
  const { composite, objects } = tenant(dbhub, 200);
  const stdin = [composite, ...objects].map((object) => stringify(asWritten(object))).join('---\n');
  const { code, out } = await run(['-'], { stdin, full: true });
  expect(code).toBe(0);
  expect(out).toContain('Selected: 200 by tas.io/team=orders');
  expect(out.match(/max_rows/g)).toHaveLength(200);
});
