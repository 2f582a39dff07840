import { must, run } from '../../lab/process/run.ts';

/** Installs by apt what is missing; throws with what apt says where it cannot. */
export async function ensurePackages(packages: string[]): Promise<void> {
  if ((await run('dpkg', ['-s', ...packages])).status === 0) return;
  const install = ['install', '-y', '-q', '--no-install-recommends', ...packages];
  if ((await run('apt-get', install)).status === 0) return;
  await must('apt-get', ['update', '-q']);
  await must('apt-get', install);
}
