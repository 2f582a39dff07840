import { readFile } from 'node:fs/promises';
import { GateFile } from '../../contract/gate.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { createLog } from '../../process/log.ts';
import { type GuardOptions, startGuard } from '../inbound/guard.ts';
import { startGate } from '../outbound/server.ts';
import { memoryOf, sidecarMemory } from '../shared/memory.ts';

/** Milliseconds from SIGTERM until open requests are aborted. */
const patience = 3000;

/** The tasks of a gate: proxy the server's requests to its Resources, admit its clients, or both. */
export interface GateDuties {
  routes?: { config: string; port: number };
  clients?: Omit<GuardOptions, 'log' | 'memory'>;
}

/**
 * Runs the gate as a process, until SIGTERM or SIGINT.
 *
 * @returns the exit status of the process: 0 after a clean stop, 1 if it could not start
 */
export const runGate = async ({ routes, clients }: GateDuties): Promise<number> => {
  const log = createLog();
  // one sum for both tasks, because they share the limit of the container
  const memory = memoryOf(sidecarMemory);
  const started: { close: (patience: number) => Promise<void> }[] = [];
  const starts: { address: string; start: () => Promise<{ port: number } & (typeof started)[number]> }[] = [];
  if (routes) {
    const read = await readGateFile(routes.config);
    if (!read.ok) {
      log.error({ config: routes.config }, read.error);
      return 1;
    }
    const listen = { host: '127.0.0.1', port: routes.port };
    starts.push({ address: listen.host, start: () => startGate({ listen, ...read.value, log, memory }) });
  }
  if (clients)
    starts.push({ address: clients.listen.host, start: () => startGuard({ ...clients, log, memory }) });
  const addresses: string[] = [];
  for (const { address, start } of starts) {
    try {
      const running = await start();
      started.push(running);
      addresses.push(`${address}:${running.port}`);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === undefined) throw error;
      log.error({ code, address }, 'The gate cannot listen on this address');
      await Promise.all(started.map(({ close }) => close(0)));
      return 1;
    }
  }
  log.info({ addresses }, 'Serving');
  const signal = await stopSignal();
  log.info({ signal }, 'Stopping');
  // clients first, because their last answers need the other one
  for (const { close } of started.reverse()) await close(patience);
  log.info('Stopped');
  return 0;
};

interface Read {
  file: GateFile;
  authorities: Map<string, string>;
}

/** Reads the file and the authorities that it names. The error contains nothing of the file, which holds secrets. */
const readGateFile = async (path: string): Promise<Result<Read, string>> => {
  const text = await textOf(path);
  if (text === undefined) return fail('The configuration file cannot be read');
  const parsed = GateFile.safeParse(json(text));
  if (!parsed.success) return fail('The configuration is invalid');
  const authorities = new Map<string, string>();
  for (const { ca } of Object.values(parsed.data.routes)) {
    if (ca === undefined) continue;
    const pem = await textOf(ca);
    if (pem === undefined) return fail('A certificate authority file cannot be read');
    authorities.set(ca, pem);
  }
  return ok({ file: parsed.data, authorities });
};

const textOf = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === undefined) throw error;
    return undefined;
  });

const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const stopSignal = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
