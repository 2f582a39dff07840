import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kube } from './kube.ts';

/** Writes what a person would look at first into `folder`: objects, events, logs. No Secret's values. */
export async function collect(kube: Kube, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const save = async (file: string, ...args: string[]) => {
    const { output } = await kube.tried(...args);
    await writeFile(join(folder, file), output);
  };
  await save('events', 'get', 'events', '-A', '--sort-by=.lastTimestamp');
  await save('pods', 'get', 'pods', '-A', '-o', 'wide');
  await save('packages.yaml', 'get', 'pkg,pkgrev', '-o', 'yaml');
  await save('composites.yaml', 'get', 'composite', '-A', '-o', 'yaml');
  await save('claims.yaml', 'get', 'claim', '-A', '-o', 'yaml');
  await save('settings.yaml', 'get', 'environmentconfigs', '-o', 'yaml');
  const pods = await kube.list('pods').catch(() => []);
  for (const { metadata, spec } of pods) {
    const where = ['-n', metadata.namespace, metadata.name];
    for (const { name } of [...(spec.initContainers ?? []), ...spec.containers]) {
      const file = `${metadata.namespace}-${metadata.name}-${name}.log`;
      await save(file, 'logs', ...where, '-c', name, '--tail=2000');
      const restarted = (await kube.tried('logs', ...where, '-c', name, '--previous', '--tail=500')).output;
      if (!restarted.includes('previous terminated container')) {
        await writeFile(join(folder, `${file}.previous`), restarted);
      }
    }
  }
  await save('workloads.yaml', 'get', 'deployments,replicasets,configmaps,services', '-A', '-o', 'yaml');
}
