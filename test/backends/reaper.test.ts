import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';

/** Starts a PostgreSQL, says where, and waits for its end. */
const PROGRAM = `
import { startPostgres } from ${JSON.stringify(join(import.meta.dirname, '../../lab/backends/postgres.ts'))};
const { folder, port } = await startPostgres();
console.log(JSON.stringify({ folder, port }));
setInterval(() => {}, 1000);
process.stdin.on('data', () => { throw new Error('as a failing program does'); });
`;

const ENDS: Record<string, (child: ChildProcess) => void> = {
  'is killed': (child) => child.kill('SIGKILL'),
  'is interrupted': (child) => child.kill('SIGINT'),
  'is terminated': (child) => child.kill('SIGTERM'),
  throws: (child) => child.stdin?.write('x'),
};

test.each(Object.keys(ENDS))('a server and its folder are gone after the program %s', async (end) => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    child.once('exit', (code) => reject(new Error(`ended with ${code}`)));
  });
  const { folder, port } = JSON.parse(line) as { folder: string; port: number };
  const postmaster = Number(readFileSync(join(folder, 'data/postmaster.pid'), 'utf8').split('\n')[0]);
  expect(await states(postmaster)).toMatch(/[RSD]/);

  ENDS[end]?.(child);
  await vi.waitFor(
    async () => {
      expect(existsSync(folder)).toBe(false);
      // Where nobody waits for orphans, as in some containers, what is left of one is a zombie.
      expect(await states(postmaster)).toMatch(/^Z?$/);
    },
    { timeout: 15_000, interval: 50 },
  );
  await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow(/fetch failed/);
});

/** The state of a process, such as `S`; `Z` where it has ended and nobody has waited for it; empty once it is gone. */
async function states(pid: number): Promise<string> {
  if (process.platform !== 'linux') return isAlive(pid) ? 'S' : '';
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return /\) ([A-Za-z])/.exec(stat)?.[1] ?? '';
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
