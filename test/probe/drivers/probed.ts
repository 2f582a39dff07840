import { inspect } from 'node:util';
import type { Backend } from '../../../lab/backends/backend.ts';
import { probeReasons } from '../../../src/contract/probe-reasons.ts';
import { type Report, type RunnableCheck, rungs } from '../../../src/probe/check.ts';
import { runCheck } from '../../../src/probe/run-check.ts';

/** The password of every user in these tests; it must never be seen. */
export const canary = 'Canary-7c1f"$é';

/** Part of every user's name, which must not be seen either. */
export const nameCanary = 'watched-user';

type Overrides = Partial<Omit<RunnableCheck, 'params'>> & {
  user?: string;
  password?: string;
  database?: string;
  signal?: AbortSignal;
};

/** Runs a check, and throws where its report is not one, or holds what is secret. Default: to `reader`, plaintext. */
export const probe = async ({
  user = 'reader',
  password = canary,
  database = 'shop',
  signal = new AbortController().signal,
  ...overrides
}: Overrides): Promise<Report> => {
  const check: RunnableCheck = {
    driver: 'postgres',
    host: 'localhost',
    port: 1,
    tls: 'disable',
    secrets: {},
    params: { database },
    readOnly: true,
    addresses: 'any',
    timeouts: { connect: 5, query: 5 },
    ...overrides,
  };
  const name = `${nameCanary}-${user}`;
  const secrets = { USERNAME: name, PASSWORD: password, ACCESS_KEY_ID: name, SECRET_ACCESS_KEY: password };
  const report = await runCheck(check, secrets, signal);
  const text = inspect(report, { depth: 20, showHidden: true });
  if (text.includes(canary) || text.includes(nameCanary)) throw new Error('a secret is in a report');
  if (!Object.hasOwn(probeReasons, report.reason)) throw new Error(`not a reason: ${report.reason}`);
  const times = [report.latencyMs, ...Object.values(report.rungs)];
  if (!times.every((time) => Number.isInteger(time) && time >= 0))
    throw new Error('times are whole milliseconds');
  if (!Object.keys(report.rungs).every((rung) => (rungs as readonly string[]).includes(rung))) {
    throw new Error('an unknown rung');
  }
  return report;
};

/** Checks a real server: `probe` with its address and driver. */
export const probing =
  ({ type, port }: Backend) =>
  (overrides: Overrides = {}): Promise<Report> =>
    probe({ driver: type === 'postgres' ? 'postgres' : 'mysql', port, ...overrides });

/** A user of the backend with the canaries. */
export const account = (name: string, more: Partial<Parameters<Backend['createUser']>[0]> = {}) => ({
  name: `${nameCanary}-${name}`,
  password: canary,
  database: 'shop',
  ...more,
});
