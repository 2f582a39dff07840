import { readFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import type { Cluster } from '../cluster/cluster.ts';

export interface Busy {
  /** Share of the machine's processors, from 0 to 1, that others than the cluster had. */
  others: number;
  /** For the table. */
  text: string;
}

/** What else the machine does from now until the returned function is called. */
export async function watchOthers(cluster: Cluster): Promise<() => Promise<Busy>> {
  const began = performance.now();
  const start = await used(cluster);
  return async () => {
    const seconds = (performance.now() - began) / 1000;
    const end = await used(cluster);
    const capacity = seconds * cpus().length;
    const share = (value: number) => Math.min(1, Math.max(0, value / capacity));
    const [all, ours] = [share(end.all - start.all), share(end.ours - start.ours)];
    const percent = (value: number) => `${Math.round(value * 100)} %`;
    const load = loadavg()[0]?.toFixed(1);
    const others = Math.max(0, all - ours);
    return {
      others,
      text: `${percent(ours)} by the cluster, ${percent(others)} by others, load ${load}`,
    };
  };
}

/** Seconds of processor time since the machine's start. */
async function used({ own }: Cluster): Promise<{ all: number; ours: number }> {
  const [, user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] =
    (await readFile('/proc/stat', 'utf8')).split('\n')[0]?.split(/\s+/).map(Number) ?? [];
  const self = process.cpuUsage();
  // The kernel counts in hundredths of a second.
  const all = (user + nice + system + irq + softirq + steal) / 100;
  return { all, ours: ((await own?.cpuSeconds()) ?? 0) + (self.user + self.system) / 1e6 };
}
