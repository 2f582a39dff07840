import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { removeFolder, temporaryFolder } from '../../lab/process/server-process.ts';

const DEMO = join(import.meta.dirname, '../../demo/main.ts');

let folder: string | undefined;

/** The folder for temporary files of the demos of a test file, which stands until the file ends. */
export function demoFolder(): string {
  if (folder === undefined) throw new Error('no folder yet');
  return folder;
}

beforeAll(async () => {
  folder = await temporaryFolder('function-mcp-demo-test');
  // PostgreSQL runs as another user where we are root.
  chmodSync(folder, 0o755);
});
afterAll(() => removeFolder(demoFolder()));

export interface Run {
  child: ChildProcess;
  output: () => string;
  end: Promise<number | null>;
}

export function demo(args: readonly string[], env: NodeJS.ProcessEnv = {}): Run {
  const child = spawn(process.execPath, [DEMO, ...args], {
    env: { ...process.env, TMPDIR: demoFolder(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  return {
    child,
    output: () => output,
    end: new Promise((resolve) => child.once('close', resolve)),
  };
}

/** What is left behind goes when the last process does, a moment after the demo's own. */
export function leavesNothing(): Promise<void> {
  return vi.waitFor(() => expect(readdirSync(demoFolder())).toEqual([]), { timeout: 10_000, interval: 50 });
}
