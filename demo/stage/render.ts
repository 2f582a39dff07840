import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mountPod, type Pod } from '../../test/support/pod.ts';
import { run } from '../../test/support/run.ts';
import { PROGRAM } from './function.ts';

export interface Rendered {
  pod: Pod;
  /** The template, as it stands in the ConfigMap. */
  template: string;
  /** What the server reads, credentials included. */
  config: string;
}

/** Mounts what a pod of the Deployment would have, and runs its init container. */
export async function renderConfig(
  objects: readonly Record<string, unknown>[],
  { folder, instance, file }: { folder: string; instance: string; file: string },
): Promise<Rendered> {
  const named = (kind: string, name: string) =>
    objects.find(
      (object) => object['kind'] === kind && (object['metadata'] as { name: string }).name === name,
    );
  const pod = await mountPod(named('Deployment', instance), objects, folder);
  const { args, env } = pod.container('config-renderer');
  await run(process.execPath, [PROGRAM, ...args], { env: { PATH: process.env['PATH'], ...env } });
  const config = await readFile(join(folder, 'config', file), 'utf8');
  const { data } = named('ConfigMap', `${instance}-config`) as { data: Record<string, string> };
  return { pod, template: data[file] ?? '', config };
}
