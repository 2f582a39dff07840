import { createHash } from 'node:crypto';
import type { Backend } from '../../lab/backends/backend.ts';
import type { ToolAnswer } from '../../lab/clients/mcp.ts';
import type { JsonObject } from '../../src/contract/kube.ts';
import type { KubeObject } from '../../src/simulate/server-fields.ts';
import { ask, rowsOf, type SqlAnswer } from '../matrix/ask.ts';
import { databases } from '../matrix/databases.ts';
import { type ServedInstance, type ServeOptions, serveInstance } from '../support/serve-instance.ts';
import { environmentConfig, instance, secret, worldOf } from '../support/world.ts';

/** A Database that may be anything, beside a good one. */
export interface Other {
  name: string;
  type: 'postgres' | 'mysql' | 'mariadb' | 'sqlserver' | 'oracle';
  port: number;
  spec?: JsonObject;
  /** Default: the reader of the good database. */
  user?: string;
  password?: string;
}

/** A password that no log may show. */
export const canary = `canary-${createHash('sha256').update('beside').digest('hex').slice(0, 12)}`;

export const reader = { name: 'reader', password: canary, database: 'shop', readOnly: true };

export interface Beside extends AsyncDisposable {
  served: ServedInstance;
  /** Runs SQL on one of them. */
  ask: (name: string, sql?: string) => Promise<ToolAnswer<SqlAnswer>>;
  /** Throws where the good database does not answer, or the process has ended. */
  stillGood: () => Promise<void>;
}

/** Serves a good PostgreSQL that has `reader` and others beside it, from one process of DBHub. */
export async function serveBeside(
  good: Backend,
  others: readonly Other[],
  { objects = [], ...options }: ServeOptions & { objects?: readonly KubeObject[] } = {},
): Promise<Beside> {
  const spec = {
    host: '127.0.0.1',
    database: 'shop',
    sslMode: 'disable',
    connectionTimeout: 2,
    queryTimeout: 2,
  };
  const all: Other[] = [
    {
      name: 'good',
      type: 'postgres',
      port: good.port,
      // More than drivers take to fail on whatever the others answer.
      spec: { connectionTimeout: 8, queryTimeout: 8 },
    },
    ...others,
  ];
  const served = await serveInstance(
    worldOf(instance('claims', { resourceSelector: {} }), [
      environmentConfig(),
      ...objects,
      ...all.map(({ name, user = reader.name, password = reader.password }) =>
        secret(`${name}-db`, { username: user, password }),
      ),
      ...databases(
        'claims',
        all.map(({ name, type, port, spec: own }) => ({
          name,
          type,
          spec: { ...spec, type, port, credentialsRef: { name: `${name}-db` }, ...own },
        })),
      ),
    ]),
    options,
  );
  const client = await served.connect({ timeout: longestAnswer });
  return {
    served,
    ask: (name, sql = 'SELECT 1 AS one') => ask(client, name, sql),
    async stillGood() {
      if (served.exit()) throw new Error(`DBHub has ended:\n${served.logs()}`);
      const answer = await ask(client, 'good', 'SELECT 1 AS one').catch((error: unknown) => {
        throw new Error(`the good one does not answer: ${String(error)}\n${served.logs()}`);
      });
      const rows = rowsOf(answer);
      if (JSON.stringify(rows) !== '[{"one":1}]')
        throw new Error(`not the good one: ${JSON.stringify(rows)}`);
    },
    [Symbol.asyncDispose]: served.stop,
  };
}

/** Milliseconds that a call may take where many others run into their timeouts at the same time. */
const longestAnswer = 150_000;
