import { mountPod } from '../../lab/kubernetes/pod.ts';
import { removeFolder, temporaryFolder } from '../../lab/process/server-process.ts';
import type { InputPaths } from '../../src/probe/inputs/inputs.ts';
import { checkAll, type Finding } from '../../src/probe/once.ts';
import { runCheck } from '../../src/probe/run-check.ts';
import type { ServedInstance } from './serve-instance.ts';

/** Checks every Resource of an Instance once, as the pod of its probe does, and returns the findings by name. */
export async function probeServed({
  reconciled,
}: Pick<ServedInstance, 'reconciled'>): Promise<Map<string, Finding>> {
  const desired = reconciled.response.desired?.resources ?? {};
  const objects = Object.values(desired).flatMap(({ resource }) => resource ?? []);
  const folder = await temporaryFolder('function-mcp-probed');
  try {
    const pod = await mountPod(desired['probe-deployment']?.resource, objects, folder);
    const { args } = pod.container('probe');
    const option = (name: string) => args.find((arg) => arg.startsWith(`--${name}=`))?.split('=')[1] ?? '';
    const paths: InputPaths = {
      targets: option('targets'),
      credentials: option('credentials'),
      config: option('config'),
    };
    const findings = await checkAll(paths, runCheck);
    if (!findings.ok) throw new Error(findings.error);
    return new Map(findings.value.map((finding) => [finding.resource, finding]));
  } finally {
    await removeFolder(folder);
  }
}
