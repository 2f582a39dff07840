import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { isMain } from '../process/is-main.ts';
import { must } from '../process/run.ts';
import { cacheFolder, lock } from '../sources/cache.ts';
import { needs } from '../sources/needs.ts';

const here = dirname(fileURLToPath(import.meta.url));
const crossplaneVersion = (version: string) => ({
  'github.com/crossplane/crossplane-runtime/v2/pkg/version.version': version,
});

interface Recipe {
  /** A module below this folder, unless it is a program of this project. */
  folder: string;
  title: string;
  /** Build time without a cache. */
  cold: string;
  /** The command, if the module builds several. Default: the only `tool` line of its go.mod. */
  command?: string;
  /** Variables of the program that are set to a version. */
  stamp?: (version: string) => Record<string, string>;
  /** For a program of this project in that folder: the module that determines its version. */
  speaksFor?: string;
}

const kubernetes = (name: string) => ({
  folder: 'kubernetes',
  title: name,
  cold: '4 min with the others of Kubernetes',
  command: `k8s.io/kubernetes/cmd/${name}`,
  stamp: (version: string) => {
    const [, major = '', minor = ''] = /^v(\d+)\.(\d+)/.exec(version) ?? [];
    const all = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' };
    return Object.fromEntries(
      Object.entries(all).map(([key, value]) => [`k8s.io/component-base/version.${key}`, value]),
    );
  },
});

/** Each tool is a Go module in the folder with its name. Its go.mod and go.sum pin every dependency. */
const recipes = {
  crossplane: {
    folder: 'crossplane-cli',
    title: 'the crossplane CLI',
    cold: '3 min',
    stamp: crossplaneVersion,
  },
  engine: {
    folder: 'crossplane-core',
    title: 'the Crossplane core',
    cold: '2 min',
    stamp: crossplaneVersion,
  },
  'engine-2.3': {
    folder: 'crossplane-core-2.3',
    title: 'the oldest supported Crossplane core',
    cold: '2 min',
    stamp: crossplaneVersion,
  },
  crane: { folder: 'crane', title: 'crane', cold: '20 s' },
  crdcheck: {
    folder: 'crdcheck',
    title: "the API server's validation of CRDs",
    cold: '1 min',
    speaksFor: 'k8s.io/apiextensions-apiserver',
  },
  'kube-apiserver': kubernetes('kube-apiserver'),
  'kube-controller-manager': kubernetes('kube-controller-manager'),
  'kube-scheduler': kubernetes('kube-scheduler'),
  kubelet: kubernetes('kubelet'),
  'kube-proxy': kubernetes('kube-proxy'),
  kubectl: kubernetes('kubectl'),
  etcd: { folder: 'kubernetes', title: 'etcd', cold: '1 min', command: 'go.etcd.io/etcd/server/v3' },
  coredns: { folder: 'coredns', title: 'CoreDNS', cold: '2 min' },
  helm: { folder: 'helm', title: 'Helm', cold: '1 min' },
  versitygw: { folder: 'versitygw', title: 'versitygw, a server that speaks S3', cold: '2 min' },
  'mcp-s3': {
    folder: '../../images/mcp-s3',
    title: 'the MCP server for S3',
    cold: '1 min',
    command: 'function-mcp/images/mcp-s3',
    speaksFor: 'github.com/txn2/mcp-s3',
    stamp: (version) => ({ 'main.version': version.slice(1) }),
  },
} as const satisfies Record<string, Recipe>;

export type ToolName = keyof typeof recipes;

export interface Tools {
  /** The `crossplane` command line. */
  crossplane: string;
  /** The core binary, for `crossplane composition render --crossplane-binary`. */
  engine: string;
  /** crane, for images and their tarballs. */
  crane: string;
}

/** Returns the paths of the tools that packaging and the tests with real Crossplane need. Builds missing tools. */
export async function ensureTools(): Promise<Tools> {
  return {
    crossplane: await ensureTool('crossplane'),
    engine: await ensureTool('engine'),
    crane: await ensureTool('crane'),
  };
}

/**
 * Returns the path of one tool's binary. It is compiled on first use into the cache, under a key that contains all its
 * inputs, so a changed pin creates a new binary. If Go is missing, throws an Error that says what to install.
 */
export async function ensureTool(name: ToolName): Promise<string> {
  const recipe: Recipe = recipes[name];
  const module = await readModule(recipe);
  const stamps = Object.entries(recipe.stamp?.(module.version) ?? {});
  const flags = ['-s -w', ...stamps.map(([variable, value]) => `-X=${variable}=${value}`)].join(' ');
  const key = createHash('sha256')
    .update([process.platform, process.arch, flags, module.text].join('\0'))
    .digest('hex')
    .slice(0, 12);
  const file = join(cacheFolder(), 'tools', `${basename(recipe.folder)}-${module.version}-${key}`, name);
  if (await exists(file)) return file;
  await mkdir(dirname(file), { recursive: true });
  const unlock = await lock(`${file}.lock`);
  const label = `${recipe.title} ${module.version}`;
  const unfinished = `${file}.${process.pid}`;
  try {
    if (await exists(file)) return file;
    await compile(label, recipe.cold, module, [
      'build',
      '-trimpath',
      '-buildvcs=false',
      '-ldflags',
      flags,
      '-o',
      unfinished,
      module.package,
    ]);
    await rename(unfinished, file);
  } finally {
    await rm(unfinished, { force: true });
    await unlock();
  }
  return file;
}

interface GoModule {
  directory: string;
  /** go.mod, go.sum and the Go files of the module. */
  text: string;
  /** The import path of the command, from the `tool` line. */
  package: string;
  /** The version of the module with the command. */
  version: string;
  /** The minimum Go version. */
  go: string;
}

/** The folder where Go keeps the sources of a tool's module, for other files in it. */
export async function moduleSources(name: ToolName, module: string): Promise<string> {
  const { folder } = recipes[name];
  await ensureTool(name);
  return must('go', ['list', '-m', '-f', '{{.Dir}}', module], { cwd: join(here, folder) }).then((text) =>
    text.trim(),
  );
}

async function readModule({ folder, speaksFor, command: given }: Recipe): Promise<GoModule> {
  const directory = join(here, folder);
  const mod = await readFile(join(directory, 'go.mod'), 'utf8');
  const sum = await readFile(join(directory, 'go.sum'), 'utf8');
  const sources = (await readdir(directory)).filter((file) => /(?<!_test)\.go$/.test(file)).sort();
  const own = await Promise.all(sources.map((file) => readFile(join(directory, file), 'utf8')));
  const go = /^go (\S+)$/m.exec(mod)?.[1];
  const command = given ?? /^tool (\S+)$/m.exec(mod)?.[1];
  const required = [...mod.matchAll(/^(?:require|\t)\s*(\S+) (v\S+)/gm)]
    .filter(([, path]) => (speaksFor ? path === speaksFor : `${command}/`.startsWith(`${path}/`)))
    .sort(([, a = ''], [, b = '']) => b.length - a.length)[0];
  if (!go || !command || !required?.[2]) throw new Error(`${directory}/go.mod: no go, tool or require line`);
  return { directory, text: [mod, sum, ...own].join('\0'), package: command, version: required[2], go };
}

async function compile(label: string, cold: string, module: GoModule, args: string[]): Promise<void> {
  if (!(await hasGo())) {
    throw new Error(
      `Go ${module.go} or newer is needed to build ${label}, and no "go" is on the PATH. ` +
        `The function itself does not need it. Install it: ${needs.go.install}.`,
    );
  }
  const started = performance.now();
  const seconds = () => `${Math.round((performance.now() - started) / 1000)} s`;
  const say = (text: string) => process.stderr.write(`tools: ${text}\n`);
  say(`building ${label} (about ${cold} on two cores when nothing is cached)`);

  const env = { ...process.env, CGO_ENABLED: '0' };
  const [command, ...rest] = process.platform === 'win32' ? ['go'] : ['nice', '-n', '10', 'go'];
  const child = spawn(command ?? 'go', [...rest, ...args], {
    cwd: module.directory,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const output: string[] = [];
  let downloads = 0;
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.startsWith('go: downloading ')) downloads++;
    else output.push(line);
  });
  const progress = setInterval(() => say(`${label}: ${seconds()}, ${downloads} modules downloaded`), 15_000);
  const code = await new Promise<number | string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (status, signal) => resolve(status ?? signal ?? 'unknown'));
  }).finally(() => clearInterval(progress));

  if (code !== 0) {
    throw new Error(`${label} did not build (go exited with ${code}):\n${output.slice(-20).join('\n')}`);
  }
  say(`${label} built in ${seconds()}`);
}

async function hasGo(): Promise<boolean> {
  const windows = process.platform === 'win32';
  const found = (process.env['PATH'] ?? '')
    .split(windows ? ';' : ':')
    .filter(Boolean)
    .map((directory) => exists(join(directory, windows ? 'go.exe' : 'go')));
  return (await Promise.all(found)).includes(true);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

if (isMain(import.meta)) {
  const given = process.argv.slice(2);
  const names = given.length === 1 && given[0] === 'all' ? Object.keys(recipes) : given;
  const unknown = names.filter((name) => !(name in recipes));
  if (unknown.length > 0) {
    console.error(`unknown tool ${unknown.join(', ')}; expected all, ${Object.keys(recipes).join(', ')}`);
    process.exit(2);
  }
  try {
    for (const name of names.length > 0 ? names : ['crossplane', 'engine', 'crane']) {
      console.log(`${name}\t${await ensureTool(name as ToolName)}`);
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
