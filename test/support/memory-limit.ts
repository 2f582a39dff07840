import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../../lab/process/wait.ts';

/** A limit on the memory of one process, as a container has it, or a measure of what it takes. */
export interface MemoryLimit extends AsyncDisposable {
  /** What starts the program within it: the program and its arguments follow. */
  prefix: readonly string[];
  /** The most that the process `pid` has had at a time so far, in bytes. */
  peak: (pid: number) => Promise<number>;
}

const v1 = '/sys/fs/cgroup/memory';
const v2 = '/sys/fs/cgroup';

/**
 * How a limit can be set on this machine: by a control group, of version 1 or 2, where we are root; elsewhere on Linux
 * only the peak of resident memory is known, which a test has to hold to the limit; on other systems nothing.
 */
export const memoryLimits = ((): 'cgroup v1' | 'cgroup v2' | 'resident peak' | 'none' => {
  if (process.platform !== 'linux') return 'none';
  if (process.getuid?.() !== 0) return 'resident peak';
  if (existsSync(join(v1, 'memory.limit_in_bytes'))) return 'cgroup v1';
  const control = join(v2, 'cgroup.subtree_control');
  if (existsSync(control) && readFileSync(control, 'utf8').split(/\s/).includes('memory')) return 'cgroup v2';
  return 'resident peak';
})();

/** Sets up a limit of so many bytes; beyond it the kernel ends the process. There is no swap. */
export async function limitMemory(bytes: number): Promise<MemoryLimit> {
  const residentPeak = async (pid: number): Promise<number> => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+([0-9]+) kB$/m.exec(status)?.[1]) * 1024;
  };
  if (memoryLimits === 'none') throw new Error('there is no limit on memory on this system');
  if (memoryLimits === 'resident peak')
    return { prefix: [], peak: residentPeak, [Symbol.asyncDispose]: async () => undefined };

  const [root, limit, most, swap] =
    memoryLimits === 'cgroup v1'
      ? ([v1, 'memory.limit_in_bytes', 'memory.max_usage_in_bytes', 'memory.memsw.limit_in_bytes'] as const)
      : ([v2, 'memory.max', 'memory.peak', 'memory.swap.max'] as const);
  const group = join(root, `function-mcp-${process.pid}-${Math.random().toString(36).slice(2)}`);
  await mkdir(group);
  await writeFile(join(group, limit), String(bytes));
  if (existsSync(join(group, swap)))
    await writeFile(join(group, swap), memoryLimits === 'cgroup v1' ? String(bytes) : '0');
  const procs = join(group, 'cgroup.procs');
  return {
    prefix: ['/bin/sh', '-c', `echo $$ > ${procs} && exec "$@"`, 'sh'],
    async peak(pid) {
      const file = join(group, most);
      return existsSync(file) ? Number(await readFile(file, 'utf8')) : residentPeak(pid);
    },
    async [Symbol.asyncDispose]() {
      // the kernel lets go of a process a moment after its end
      await until('the end of the control group', () =>
        rmdir(group).then(
          () => true,
          () => false,
        ),
      );
    },
  };
}
