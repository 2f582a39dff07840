import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { must } from '../../lab/process/run.ts';
import { ensureTool, moduleSources } from '../../lab/tools/build.ts';
import { pushImage } from './images.ts';

/** Versions of Crossplane that are tested, and the tool that is built from each. */
export const crossplanes = { '2.4': 'engine', '2.3': 'engine-2.3' } as const;
export type CrossplaneVersion = keyof typeof crossplanes;

/** Of each kind: Crossplane's default of 100 is too many for an API server on two cores (docs/install.md). */
const concurrentReconciles = 10;

/** Pushes Crossplane's image, as its own build lays it out, and installs its own Helm chart. */
export async function installCrossplane(
  version: CrossplaneVersion,
  { registry, kubeconfig }: { registry: string; kubeconfig: string },
): Promise<void> {
  const tool = crossplanes[version];
  const sources = await moduleSources(tool, 'github.com/crossplane/crossplane/v2');
  const repository = `${registry}/crossplane/crossplane`;
  const root = await mkdtemp(join(tmpdir(), 'function-mcp-crossplane-'));
  try {
    const files: [string, string][] = [
      [await ensureTool(tool), 'usr/local/bin/crossplane'],
      ['/etc/ssl/certs/ca-certificates.crt', 'etc/ssl/certs/ca-certificates.crt'],
      [join(sources, 'cluster/crds'), 'crds'],
      [join(sources, 'cluster/webhookconfigurations'), 'webhookconfigurations'],
    ];
    for (const [from, to] of files) {
      await mkdir(dirname(join(root, to)), { recursive: true });
      await cp(from, join(root, to), { recursive: true });
    }
    await mkdir(join(root, 'tmp'));
    // Go keeps its module cache read-only.
    await must('chmod', ['-R', 'u+w,a+rX', root]);
    await must('chmod', ['1777', join(root, 'tmp')]);
    await pushImage({ name: `${repository}:${version}`, root, entrypoint: ['/usr/local/bin/crossplane'] });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
  const image = `image.repository=${repository},image.tag=${version},image.pullPolicy=IfNotPresent`;
  const values = `${image},args={--max-concurrent-reconciles=${concurrentReconciles}}`;
  const chart = ['install', 'crossplane', join(sources, 'cluster/charts/crossplane')];
  const where = ['--namespace', 'crossplane-system', '--create-namespace', '--kubeconfig', kubeconfig];
  await must(await ensureTool('helm'), [...chart, ...where, '--set', values, '--wait', '--timeout', '120s']);
}
