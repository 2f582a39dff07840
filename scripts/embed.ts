import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { repository } from './lib/release.ts';

/** Modules below src/preload/ that are loaded before DBHub in its pod. Each is bundled into one file. */
const modules = ['survive', 'dial'];

const output = join(repository, 'src/servers/dbhub/preloaded.ts');

/** The text of one module. It contains no template literals, because the renderer would treat `${` as a placeholder. */
const textOf = async (name: string): Promise<string> => {
  const { outputFiles } = await build({
    absWorkingDir: repository,
    entryPoints: [join(repository, `src/preload/${name}.ts`)],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    charset: 'utf8',
    supported: { 'template-literal': false },
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
};

const parts = await Promise.all(
  modules.map(async (name) => {
    const lines = (await textOf(name)).trimEnd().split('\n');
    const list = lines.map((line) => `    ${JSON.stringify(line)},`).join('\n');
    return `  '${name}.mjs': [\n${list}\n    '',\n  ].join('\\n'),`;
  }),
);
const wanted = `// Generated from src/preload/ by "npm run generate". Do not edit.

/** Modules that Node loads before DBHub, by file name, in that order. */
export const preloaded: Readonly<Record<string, string>> = {
${parts.join('\n')}
};
`;
const present = await readFile(output, 'utf8').catch(() => '');
if (present === wanted) {
  console.log('the preloaded modules are current');
} else if (process.argv.includes('--check')) {
  console.log(
    'The preloaded modules differ from src/preload/. Run "npm run generate" and commit the result.',
  );
  process.exitCode = 1;
} else {
  await writeFile(output, wanted);
  console.log('wrote src/servers/dbhub/preloaded.ts');
}
