import { delimiter, join } from 'node:path';
import { type Finished, run } from '../lab/process/run.ts';
import { repository } from './lib/release.ts';

const steps: Array<[title: string, command: string, ...args: string[]]> = [
  ['format and lint (biome)', 'biome', 'check', '--error-on-warnings', '.'],
  ['lint with types (oxlint)', 'oxlint', '--type-aware', '--deny-warnings'],
  ['types (tsc)', 'tsc'],
  ['preloaded modules', 'node', 'scripts/embed.ts', '--check'],
  ['Markdown and prose (markdownlint, retext)', 'node', 'scripts/prose/main.ts'],
  // compares with the files on disk, including untracked files, so it does not need a clean checkout
  ['generated files', 'node', 'src/main.ts', 'generate', '--check'],
  ['versions of images', 'node', 'scripts/image-versions.ts', '--check'],
];

/** The tools of the project, and the Node that runs this, come first. */
const PATH = [join(repository, 'node_modules', '.bin'), process.env['PATH']].join(delimiter);

let failed = 0;
for (const [title, command, ...args] of steps) {
  const started = performance.now();
  const { status, output }: Finished = await run(command, args, {
    cwd: repository,
    env: { ...process.env, PATH },
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${title}  ${seconds} s`);
  if (status !== 0) {
    failed++;
    console.log(output.trim() || `exited with ${status}`);
  }
}
process.exitCode = failed === 0 ? 0 : 1;
