import { access, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build as bundle, type Metafile, type Plugin } from 'esbuild';
import { isMain } from '../lab/process/is-main.ts';
import { fail } from './lib/fail.ts';
import { repository } from './lib/release.ts';

/** Entry below src/ → bundle below dist/. The first is the program. The others are built if their source exists. */
const bundles = {
  'main.ts': 'main.js',
  'grpc/net/worker-main.ts': 'worker.js',
  'probe/main.ts': 'probe.js',
  'proxy/bridge/main.ts': 'bridge.js',
  'proxy/gate/main.ts': 'gate.js',
} as const;

/** Modules that these import on demand stay in separate files: a probe loads only the drivers that its targets need. */
const inChunks: ReadonlySet<string> = new Set(['probe/main.ts']);

/** CommonJS packages call `require` at run time, which ES modules lack. */
const banner = [
  `import { createRequire as __createRequire } from 'node:module';`,
  'const require = __createRequire(import.meta.url);',
].join('\n');

export interface Bundle {
  file: string;
  bytes: number;
  gzipped: number;
}

/**
 * Bundles `source` (default src/) into `output` (default dist/): main.js, the others with their chunks, and
 * LICENSES.txt with the licence of every bundled package. Throws if an entry is missing or cannot be bundled.
 */
export async function build(
  source = join(repository, 'src'),
  output = join(repository, 'dist'),
): Promise<Bundle[]> {
  if (!(await exists(join(source, 'main.ts'))))
    throw new Error(`nothing to build: ${join(source, 'main.ts')} is missing`);
  await mkdir(output, { recursive: true });
  const built: Bundle[] = [];
  const inputs = new Set<string>();
  for (const [entry, name] of Object.entries(bundles)) {
    const stem = name.replace(/\.js$/, '');
    for (const file of await readdir(output)) {
      if (file === name || (file.startsWith(`${stem}-`) && file.endsWith('.js')))
        await rm(join(output, file));
    }
    if (!(await exists(join(source, entry)))) continue;
    const metafile = await bundleOne(source, entry, output, stem);
    for (const input of Object.keys(metafile.inputs)) inputs.add(input);
    for (const path of Object.keys(metafile.outputs).sort(byEntry)) {
      const file = join(repository, path);
      const code = await readFile(file);
      built.push({ file, bytes: code.length, gzipped: gzipSync(code).length });
    }
  }
  await writeFile(join(output, 'LICENSES.txt'), await licences(inputs));
  return built;
}

async function bundleOne(source: string, entry: string, outdir: string, stem: string): Promise<Metafile> {
  const { metafile } = await bundle({
    absWorkingDir: repository,
    entryPoints: [{ in: join(source, entry), out: stem }],
    outdir,
    chunkNames: `${stem}-[name]-[hash]`,
    splitting: inChunks.has(entry),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // names are kept for the stacks in logs
    minifyWhitespace: true,
    minifySyntax: true,
    banner: { js: banner },
    legalComments: 'none',
    metafile: true,
    logLevel: 'error',
    plugins: [bundlesApart(source, entry)],
  });
  return metafile;
}

/** An entry before its chunks. */
function byEntry(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1);
}

/** An import of the entry of another bundle (`import('./probe/main.ts')`) remains an import, of the bundle's file. */
function bundlesApart(source: string, self: string): Plugin {
  return {
    name: 'bundles-apart',
    setup(setup) {
      setup.onResolve({ filter: /^\.{1,2}\/.*main\.ts$/ }, ({ path, resolveDir }) => {
        const entry = relative(source, join(resolveDir, path));
        const other = Object.entries(bundles).find(
          ([candidate]) => candidate === entry && candidate !== self,
        );
        return other ? { path: `./${other[1]}`, external: true } : undefined;
      });
    },
  };
}

/** One block per package whose code is in the bundles: name, version, licence, and licence text. */
async function licences(inputs: Set<string>): Promise<string> {
  const directories = new Set<string>();
  for (const input of inputs) {
    const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
    if (found) directories.add(join(repository, found));
  }
  const require = createRequire(import.meta.url);
  const blocks: string[] = [];
  for (const directory of [...directories].sort()) {
    const { name, version, license } = require(join(directory, 'package.json'));
    const file = (await readdir(directory)).sort().find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? await readFile(join(directory, file), 'utf8') : '';
    blocks.push(`${name} ${version} (${license ?? 'see below'})\n\n${text}`.trim());
  }
  return `${blocks.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

if (isMain(import.meta)) {
  try {
    for (const { file, bytes, gzipped } of await build()) {
      const kib = (size: number) => `${(size / 1024).toFixed(0)} KiB`;
      console.log(`${relative(repository, file)}  ${kib(bytes)} (${kib(gzipped)} gzipped)`);
    }
  } catch (error) {
    fail(error);
  }
}
