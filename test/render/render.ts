import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { removeFolder } from '../../lab/process/server-process.ts';
import { ensureTool, type ToolName } from '../../lab/tools/build.ts';
import type { Flavour } from '../../src/contract/flavour.ts';
import type { KubeObject } from '../../src/simulate/server-fields.ts';

const root = new URL('../..', import.meta.url).pathname;

/** The example files of a server type, as a reader names them. */
export const exampleFile = (flavour: Flavour, name: string, type = 'dbhub') =>
  `examples/${type}/${flavour}/${name}.yaml`;

export interface RenderOptions {
  flavour: Flavour;
  /** Address of the function. */
  function: string;
  /** Default: dbhub. */
  type?: string;
  /** Folder of the XR's API below `apis/<flavour>/<type>/`. Default: dbhubinstances. */
  api?: string;
  /** A file of the checkout, or the objects. Default: the example. */
  xr?: KubeObject;
  required?: string | readonly KubeObject[];
  observed?: readonly KubeObject[];
  engine?: Extract<ToolName, `engine${string}`>;
  /** Further flags. */
  flags?: readonly string[];
}

export interface Rendered {
  code: number;
  stdout: string;
  stderr: string;
  /** The XR, the composed objects, and results if they were asked for. */
  objects: KubeObject[];
}

/** `crossplane composition render` by the real CLI and engine, from the root of the checkout. */
export async function render(options: RenderOptions): Promise<Rendered> {
  const {
    flavour,
    type = 'dbhub',
    api = 'dbhubinstances',
    xr,
    required,
    observed,
    engine = 'engine',
    flags = [],
  } = options;
  const folder = await mkdtemp(join(tmpdir(), 'function-mcp-render-'));
  const write = async (name: string, objects: readonly KubeObject[]) => {
    const path = join(folder, `${name}.yaml`);
    await writeFile(path, objects.map((object) => stringify(object)).join('---\n'));
    return path;
  };
  const pathOf = (name: string, given: string | readonly KubeObject[]) =>
    typeof given === 'string' ? given : write(name, given);
  try {
    const apis = `apis/${flavour}/${type}/${api}`;
    return await runRender(options.function, engine, [
      await pathOf('xr', xr ? [xr] : exampleFile(flavour, 'xr', type)),
      `${apis}/composition.yaml`,
      'examples/functions.yaml',
      `--xrd=${apis}/definition.yaml`,
      ...(required ? [`--required-resources=${await pathOf('required', required)}`] : []),
      ...(observed ? [`--observed-resources=${await write('observed', observed)}`] : []),
      ...flags,
    ]);
  } finally {
    await removeFolder(folder);
  }
}

/** `crossplane composition render` with these arguments, on the function at that address, without Docker. */
export async function runRender(
  address: string,
  engine: NonNullable<RenderOptions['engine']>,
  args: readonly string[],
): Promise<Rendered> {
  const result = await run(await ensureTool('crossplane'), [
    'composition',
    'render',
    ...args,
    `--function-annotations=render.crossplane.io/runtime-development-target=${address}`,
    `--crossplane-binary=${await ensureTool(engine)}`,
  ]);
  return { ...result, objects: objectsIn(result.stdout) };
}

/** Every object of a text in YAML. */
export const objectsIn = (text: string): KubeObject[] =>
  parseAllDocuments(text).flatMap((document) => {
    const object = document.toJS() as KubeObject | null;
    return object ? [object] : [];
  });

const run = (command: string, args: string[]) =>
  new Promise<Pick<Rendered, 'code' | 'stdout' | 'stderr'>>((resolve) => {
    execFile(command, args, { cwd: root, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      const { code = 0 } = error ?? {};
      resolve({
        code: typeof code === 'number' ? code : -1,
        stdout,
        stderr: stderr || (error?.message ?? ''),
      });
    });
  });
