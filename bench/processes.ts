import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { dockerfileEnvironment } from '../scripts/lib/dockerfile.ts';
import { openClient, type RawClient } from './rpc.ts';

const START_MS = 20_000;

/** JavaScript, as the compiler that strips types from a file of TypeScript would count as memory, too. */
const IDLE = `import '@crossplane-org/function-sdk-typescript';
setInterval(() => {}, 60_000);
process.stdout.write('idle');`;

/** A function that serves in a separate process, and a connection to it. */
export interface Served extends AsyncDisposable {
  client: RawClient;
  pid: number;
  port: number;
  /** Milliseconds from the start of the process until it served. */
  startedIn: number;
}

/** What a process has of the machine's memory, in MiB: now, and at most so far. */
export interface Memory {
  resident: number;
  peak: number;
}

/** How to start a function: the arguments of Node, given the address to serve on. */
export type Entry = (address: string) => readonly string[];

export const floorEntry: Entry = (address) => [join(import.meta.dirname, 'floor.ts'), address];

export const ourEntry =
  (script: string): Entry =>
  (address) => [script, 'function', '--insecure', '--address', address];

/** Starts a function and waits until it serves. */
export async function startFunction(entry: Entry): Promise<Served> {
  const port = await freePort();
  const start = performance.now();
  const child = spawn(process.execPath, entry(`127.0.0.1:${port}`), {
    env: { ...process.env, ...(await imageEnvironment()) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const client = await connected(child, port);
  const startedIn = performance.now() - start;
  return {
    client,
    pid: child.pid as number,
    port,
    startedIn,
    [Symbol.asyncDispose]: async () => {
      client.close();
      await end(child);
    },
  };
}

/** Starts a process that has only the SDK loaded, and gives its memory. */
export async function idleMemory(): Promise<Memory> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', IDLE], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve);
    child.once('exit', (code) => reject(new Error(`the idle process ended with ${code}`)));
  });
  const memory = await memoryOf(child.pid as number);
  await end(child);
  return memory;
}

/** From `/proc`, as Linux has it. */
export async function memoryOf(pid: number): Promise<Memory> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const mib = (field: string): number => {
    const kib = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
    return Number(kib) / 1024;
  };
  return { resident: mib('VmRSS'), peak: mib('VmHWM') };
}

/** What the image sets in the environment of its process, except for where programs are. */
async function imageEnvironment(): Promise<Record<string, string>> {
  const { PATH: _, ...environment } = await dockerfileEnvironment();
  return environment;
}

async function connected(child: ChildProcess, port: number): Promise<RawClient> {
  const deadline = performance.now() + START_MS;
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  while (child.exitCode === null && performance.now() < deadline) {
    try {
      return await openClient(port);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
  child.kill('SIGKILL');
  throw new Error(
    `${child.spawnargs.join(' ')} did not serve: ${complaint.trim() || 'it wrote nothing to standard error'}`,
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await exited;
  clearTimeout(timer);
}
