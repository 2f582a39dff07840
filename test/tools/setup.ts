import { ensureTool, ensureTools } from '../../lab/tools/build.ts';

/** Builds the tools once, before any test file asks for them: a missing tool fails the run, it never skips a test. */
export default async function setup(): Promise<void> {
  await ensureTools();
  await ensureTool('engine-2.3');
  await ensureTool('crdcheck');
  await ensureTool('kube-apiserver');
}
