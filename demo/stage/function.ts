import { join } from 'node:path';
import { connect } from '../../lab/clients/grpc.ts';
import { freePort, type ServerProcess, startServer } from '../../lab/process/server-process.ts';
import { type Reconciled, settle } from '../../src/simulate/reconcile.ts';
import type { Cluster } from './tenant.ts';

export const PROGRAM = join(import.meta.dirname, '../../src/main.ts');

export interface Served {
  address: string;
  server: ServerProcess;
}

/** Serves the function over gRPC, without TLS. */
export async function startFunction(): Promise<Served> {
  const address = `127.0.0.1:${await freePort()}`;
  const server = startServer({
    command: process.execPath,
    args: [PROGRAM, 'function', '--insecure', '--address', address],
    env: { PATH: process.env['PATH'] },
  });
  await server.until(async () => server.logs().includes('"Serving"'), 30);
  return { address, server };
}

export interface Settled extends Reconciled {
  /** Calls of all reconciles. */
  total: number;
  objects: readonly Record<string, unknown>[];
  status: Record<string, unknown>;
}

/** Reconciles the Instance with the function as Crossplane does, until nothing changes. */
export async function composeWith({ address }: Served, { instance, others }: Cluster): Promise<Settled> {
  using client = connect(address);
  let total = 0;
  const call = (request: Parameters<typeof client.run>[0]) => {
    total++;
    return client.run(request);
  };
  const settled = await settle(call, { composite: instance, objects: others, observed: {}, required: {} });
  const objects = Object.values(settled.response.desired?.resources ?? {}).flatMap(
    ({ resource }) => resource ?? [],
  );
  const { status = {} } = settled.response.desired?.composite?.resource ?? {};
  return { ...settled, total, objects, status: status as Record<string, unknown> };
}
