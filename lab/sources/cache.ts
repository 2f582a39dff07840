import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Where downloads and built programs are kept between runs: `$FUNCTION_MCP_CACHE`, or `~/.cache/function-mcp`. */
export function cacheFolder(): string {
  return process.env['FUNCTION_MCP_CACHE'] || join(homedir(), '.cache', 'function-mcp');
}

/**
 * Returns the folder `name` of the cache. On first use, `install` fills it. Concurrent callers, including other
 * processes, wait for the one that installs. A failed or interrupted install leaves nothing behind.
 */
export async function cached(name: string, install: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder(), name);
  if (await exists(folder)) return folder;
  await mkdir(cacheFolder(), { recursive: true });
  const unlock = await lock(`${folder}.lock`);
  const partial = `${folder}.partial`;
  try {
    if (await exists(folder)) return folder;
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial);
    const started = Date.now();
    process.stderr.write(`installing ${name} below ${cacheFolder()} (once) …\n`);
    await install(partial);
    await rename(partial, folder);
    process.stderr.write(`installed ${name} in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
    return folder;
  } finally {
    await rm(partial, { recursive: true, force: true });
    await unlock();
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** A lock file with the process ID of its holder. If the holder has ended, the lock is free. */
export async function lock(path: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      const file = await open(path, 'wx');
      await file.writeFile(String(process.pid));
      await file.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = Number(await readFile(path, 'utf8').catch(() => ''));
    if (holder > 0 && !isAlive(holder)) await rm(path, { force: true });
    else await wait(200);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
