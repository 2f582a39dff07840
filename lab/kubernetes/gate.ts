import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gateFile, gatePort } from '../../src/contract/gate.ts';
import { freePort, type ServerProcess, startServer } from '../process/server-process.ts';
import type { LocalContainer, Pod } from './pod.ts';

const PROGRAM = join(import.meta.dirname, '../../src/main.ts');

/** The gate of a pod, on a port of this machine. */
export interface RunningGate extends AsyncDisposable, Pick<ServerProcess, 'logs' | 'stop'> {
  /** A configuration of the server beside it, with that port instead of the port of the pod. */
  localise: (text: string) => string;
  /**
   * The address for clients, and the port that the server must then listen on. Undefined if clients connect to the
   * server.
   */
  clients?: { url: string; serverPort: number };
}

/** Starts the gate of a mounted pod as its container does. `folder` contains its volumes. */
export async function startPodsGate(pod: Pod, folder: string): Promise<RunningGate> {
  const container = pod.container('gate');
  await localiseFile(join(folder, 'config', gateFile), container.localise);
  const [port, guardPort, serverPort] = [await freePort(), await freePort(), await freePort()];
  const guarded = container.args.some((arg) => arg.startsWith('--listen='));
  const here: Record<string, string> = {
    port: `${port}`,
    listen: `127.0.0.1:${guardPort}`,
    server: `http://127.0.0.1:${serverPort}`,
  };
  const args = container.args.map((arg) =>
    arg.replace(/^--(port|listen|server)=.*$/, (_, option: string) => `--${option}=${here[option]}`),
  );
  const gate = startServer({
    command: process.execPath,
    args: [PROGRAM, ...args],
    env: { PATH: process.env['PATH'], ...container.env },
  });
  try {
    await gate.until(async () => gate.logs().includes('"Serving"'), 30);
  } catch (error) {
    await gate.stop();
    throw error;
  }
  return {
    logs: gate.logs,
    stop: gate.stop,
    [Symbol.asyncDispose]: gate.stop,
    ...(guarded && { clients: { url: `http://127.0.0.1:${guardPort}/mcp`, serverPort } }),
    localise: (text) => text.replaceAll(`127.0.0.1:${gatePort}`, `127.0.0.1:${port}`),
  };
}

/** A rendered file contains paths of the pod. They are replaced by paths of this machine. */
export async function localiseFile(path: string, localised: LocalContainer['localise']): Promise<void> {
  const rendered = await readFile(path, 'utf8');
  const here = localised(rendered);
  if (here === rendered) return;
  await chmod(path, 0o600);
  await writeFile(path, here);
}
