import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mountPod, type Pod } from '../../lab/kubernetes/pod.ts';
import { must } from '../../lab/process/run.ts';
import { gateFile } from '../../src/contract/gate.ts';
import { PROGRAM } from './function.ts';

export interface Rendered {
  pod: Pod;
  /** The template in the ConfigMap. */
  template: string;
  /** The output of the init container, including credentials. */
  config: string;
}

/** Mounts the volumes of a pod of the Deployment, and runs its init container. */
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
  await must(process.execPath, [PROGRAM, ...args], { env: { PATH: process.env['PATH'], ...env } });
  const { data } = named('ConfigMap', `${instance}-config`) as { data: Record<string, string> };
  const written = Object.keys(data).filter((name) => name === file || name === gateFile);
  const texts = await Promise.all(written.map((name) => readFile(join(folder, 'config', name), 'utf8')));
  const config = texts.join('\n');
  return { pod, template: data[file] ?? '', config };
}
