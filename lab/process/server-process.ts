import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { chmod, chown, copyFile, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { forgetGroup, reapFolder, reapGroup } from './reaper.ts';

export interface Identity {
  uid?: number;
  gid?: number;
}

/** Servers that refuse to run as root run as nobody if this process runs as root. */
export function unprivileged(): Identity {
  return process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
}

/** Creates a new folder for a server. It is removed when this process has ended, if not before. */
export async function temporaryFolder(prefix: string, owner: Identity = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `${prefix}-`));
  reapFolder(folder);
  if (owner.uid !== undefined && owner.gid !== undefined) await chown(folder, owner.uid, owner.gid);
  return folder;
}

/** Copies a file so that only its new owner can read it, as servers require for keys. Returns the path of the copy. */
export async function copyPrivate(file: string, target: string, owner: Identity = {}): Promise<string> {
  await copyFile(file, target);
  await chmod(target, 0o600);
  if (owner.uid !== undefined && owner.gid !== undefined) await chown(target, owner.uid, owner.gid);
  return target;
}

export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

const issued = new Set<number>();

/**
 * Returns a free port of the loopback interface, a different one each time. It is below the ephemeral range, because an
 * outgoing connection could use an ephemeral port before a server starts.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 30_000);
    if (issued.has(port)) continue;
    issued.add(port);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(false) : reject(error),
    );
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

export interface ServerProcess {
  pid: number;
  /** The last 256 KiB that it wrote to stdout and stderr. */
  logs: () => string;
  /** Undefined while it runs. */
  exit: () => { code: number | null; signal: NodeJS.Signals | null } | undefined;
  /** Polls `ready` until it succeeds. Throws with the logs if the server ends first or `seconds` pass. */
  until: (ready: () => Promise<boolean>, seconds: number) => Promise<void>;
  /** Sends the stop signal, then SIGKILL after 5 s, and waits for the end. */
  stop: () => Promise<void>;
}

export interface ServerCommand extends Identity {
  command: string;
  args: string[];
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** The signal for a clean stop. Default: TERM. */
  stopSignal?: 'QUIT' | 'TERM' | 'KILL';
}

const LOG_LIMIT = 256 * 1024;

/** Starts a server in a separate process group that never outlives this process. */
export function startServer({
  command,
  args,
  stopSignal = 'TERM',
  ...options
}: ServerCommand): ServerProcess {
  const name = command.split('/').at(-1) ?? command;
  const child: ChildProcess = spawn(command, args, {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let text = '';
  let ended: ReturnType<ServerProcess['exit']>;
  const keep = (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-LOG_LIMIT);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const { pid } = child;
  const gone = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      text += String(error);
      ended = { code: null, signal: null };
      resolve();
    });
    child.once('close', (code, signal) => {
      ended = { code, signal };
      if (pid !== undefined) forgetGroup(pid);
      resolve();
    });
  });
  if (pid !== undefined) reapGroup(pid, stopSignal);

  return {
    pid: pid ?? -1,
    logs: () => text,
    exit: () => ended,
    async until(ready, seconds) {
      const deadline = Date.now() + seconds * 1000;
      for (;;) {
        if (ended)
          throw new Error(`${name} ended (${ended.code ?? ended.signal}) before it was ready:\n${text}`);
        if (await ready()) return;
        if (Date.now() > deadline) throw new Error(`${name} did not serve within ${seconds} s:\n${text}`);
        await wait(25);
      }
    },
    async stop() {
      if (pid === undefined) return;
      if (!ended) signalGroup(pid, `SIG${stopSignal}`);
      const kill = setTimeout(() => signalGroup(pid, 'SIGKILL'), 5000);
      await gone;
      clearTimeout(kill);
    },
  };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
