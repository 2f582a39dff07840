import { fail, ok, type Result } from '../contract/result.ts';
import type { Context } from '../function/run-function.ts';
import { release } from '../process/release.ts';
import { serverTypes } from '../servers/registry.ts';
import { explain } from './explain.ts';
import type { Explanation } from './explanation.ts';
import { readObjects } from './files.ts';
import { plain } from './page.ts';
import { explanationText } from './text.ts';
import { buildWorld } from './world.ts';

/** What to explain, and how. */
export interface ExplainOptions {
  files: readonly string[];
  observed: readonly string[];
  /** Name of the one Instance to explain. */
  instance?: string;
  /** Of objects that name none. */
  namespace: string;
  json: boolean;
  full: boolean;
  color: 'auto' | 'always' | 'never';
}

/** The streams and the environment that it runs in; `process` is one. */
export interface Surroundings {
  stdin: NodeJS.ReadableStream;
  stdout: { write: (text: string) => unknown; isTTY?: boolean; columns?: number };
  stderr: { write: (text: string) => unknown };
  env: NodeJS.ProcessEnv;
}

/** Width where there is no terminal to ask. */
const defaultWidth = 100;

/** Prints an explanation. Resolves to the exit code: 0 all usable, 1 something is not, 2 the input is wrong. */
export const runExplain = async (
  options: ExplainOptions,
  around: Surroundings,
  context: Context = { release, now: Date.now() },
): Promise<0 | 1 | 2> => {
  const explanation = await explanationOf(options, around, context);
  if (!explanation.ok) {
    for (const error of explanation.error) around.stderr.write(`explain: ${plain(error)}\n`);
    return 2;
  }
  const { stdout, env } = around;
  const { json, full, color } = options;
  const columns = stdout.columns ?? Number(env['COLUMNS']);
  stdout.write(
    json
      ? `${JSON.stringify(explanation.value, null, 2)}\n`
      : explanationText(explanation.value, {
          width: columns > 0 ? columns : defaultWidth,
          color: color === 'always' || (color === 'auto' && stdout.isTTY === true && !env['NO_COLOR']),
          full,
        }),
  );
  return explanation.value.usable ? 0 : 1;
};

const explanationOf = async (
  { files: paths, observed: observedPaths, instance, namespace }: ExplainOptions,
  { stdin }: Surroundings,
  context: Context,
): Promise<Result<Explanation, string[]>> => {
  if (paths.includes('-') && observedPaths.includes('-')) {
    return fail(['standard input (-) can be given once']);
  }
  const files = await readObjects(paths, stdin);
  const observed = await readObjects(observedPaths, stdin);
  if (!files.ok || !observed.ok) {
    return fail([...(files.ok ? [] : files.error), ...(observed.ok ? [] : observed.error)]);
  }
  const world = buildWorld({ files: files.value, observed: observed.value, namespace, types: serverTypes });
  if (!world.ok) return world;
  const kinds = serverTypes.map(({ instance: { kind } }) => kind).join(', ');
  if (world.value.instances.length === 0) return fail([`the files hold no Instance (${kinds})`]);
  const explanation = await explain(world.value, serverTypes, context);
  if (instance === undefined) return ok(explanation);

  const instances = explanation.instances.filter(({ name }) => name === instance);
  if (instances.length === 0) {
    const names = explanation.instances.map(({ name }) => name).join(', ');
    return fail([`the files hold no Instance "${instance}", but ${names}`]);
  }
  return ok({ ...explanation, instances, usable: instances.every(({ usable }) => usable) });
};
