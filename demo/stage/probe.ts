import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mountPod } from '../../lab/kubernetes/pod.ts';
import type { Finding } from '../../src/probe/once.ts';
import { PROGRAM } from './function.ts';
import { table } from './screen.ts';

/** The companion of the Instance, run as in its pod, but once and without an API server. */
export interface Probe {
  /** Checks every Resource. */
  look: () => Promise<Finding[]>;
  /** Replaces a mounted credential with another value for the duration of one check. */
  lookWith: (key: string, value: string) => Promise<Finding[]>;
}

/** Mounts the volumes of the probe's pod. */
export async function mountProbe(
  objects: readonly Record<string, unknown>[],
  instance: string,
  folder: string,
): Promise<Probe> {
  const named = (kind: string, name: string) =>
    objects.find(
      (object) => object['kind'] === kind && (object['metadata'] as { name: string }).name === name,
    );
  const pod = await mountPod(named('Deployment', `${instance}-probe`), objects, folder);
  const { args, env } = pod.container('probe');
  const look = () => runOnce([...args, '--once', '--json'], env);
  const secret = named('Secret', `${instance}-creds`) as { data: Record<string, string> };
  return {
    look,
    async lookWith(key, value) {
      const file = join(folder, 'credentials', key);
      await writeFile(file, value);
      try {
        return await look();
      } finally {
        await writeFile(file, Buffer.from(secret.data[key] ?? '', 'base64'));
      }
    },
  };
}

/** The probe exits with status 1 if a Resource is not connected, and prints its findings in any case. */
const runOnce = (args: readonly string[], env: Record<string, string>): Promise<Finding[]> =>
  new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [PROGRAM, ...args],
      { env: { PATH: process.env['PATH'] ?? '', ...env } },
      (error, stdout, stderr) => {
        if (stdout === '') reject(error ?? new Error(stderr));
        else resolve(JSON.parse(stdout) as Finding[]);
      },
    );
  });

/** Formats findings for people. */
export const findingsTable = (findings: readonly Finding[]): string =>
  table(findings.map(({ resource, phase, reason, message }) => [` ${resource}`, phase, reason, message]));

/** Fails unless the probe reports this reason for a Resource. */
export function holdReason(findings: readonly Finding[], resource: string, reason: string): void {
  const found = findings.find((finding) => finding.resource === resource)?.reason;
  if (found !== reason) throw new Error(`the probe reports ${found} of ${resource}, not ${reason}`);
}
