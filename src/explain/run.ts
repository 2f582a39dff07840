import { fail, ok, type Result } from '../contract/result.ts';
import type { Context } from '../function/run-function.ts';
import { release } from '../process/release.ts';
import { namespaceName } from '../schema/fields.ts';
import { serverTypes } from '../servers/registry.ts';
import { describeCluster } from './described-cluster.ts';
import { explain } from './explain.ts';
import type { Explanation } from './explanation.ts';
import { readObjects } from './files.ts';
import { plain } from './page.ts';
import { explanationText } from './text.ts';

/** The files to explain, and the form of the output. */
export interface ExplainOptions {
  files: readonly string[];
  observed: readonly string[];
  /** Name of the one Instance to explain. */
  instance?: string;
  /** The namespace of objects that do not name one. */
  namespace: string;
  json: boolean;
  full: boolean;
  color: 'auto' | 'always' | 'never';
}

/** The streams and the environment of the process; `process` itself fits. */
export interface Surroundings {
  stdin: NodeJS.ReadableStream;
  stdout: { write: (text: string) => unknown; isTTY?: boolean; columns?: number };
  stderr: { write: (text: string) => unknown };
  env: NodeJS.ProcessEnv;
}

/** Width in characters if standard output is not a terminal. */
const defaultWidth = 100;

/**
 * Prints an explanation to standard output, and errors in the files to standard error. Resolves to the exit code: 0 if
 * everything is usable, 1 if something is not, 2 if the usage is wrong or if files cannot be read or parsed. Everything
 * else in the files is explained in that case too.
 */
export const runExplain = async (
  options: ExplainOptions,
  around: Surroundings,
  context: Context = { release, now: Date.now() },
): Promise<0 | 1 | 2> => {
  const explanation = await explanationOf(options, around, context);
  const errors = explanation.ok ? explanation.value.errors : explanation.error;
  for (const error of errors) around.stderr.write(`explain: ${plain(error)}\n`);
  if (!explanation.ok) return 2;
  const { instances, problems, usable } = explanation.value;
  const { stdout, env } = around;
  const { json, full, color } = options;
  const columns = stdout.columns ?? Number(env['COLUMNS']);
  if (json) stdout.write(`${JSON.stringify(explanation.value, null, 2)}\n`);
  else if (instances.length + problems.length > 0) {
    stdout.write(
      explanationText(explanation.value, {
        width: columns > 0 ? columns : defaultWidth,
        color: color === 'always' || (color === 'auto' && stdout.isTTY === true && !env['NO_COLOR']),
        full,
      }),
    );
  }
  if (errors.length > 0) return 2;
  return usable ? 0 : 1;
};

/** Follows the explanation of files with errors. */
const incomplete =
  'Some files or objects could not be read: see the errors. Objects that seem to be missing may be among them.';

const explanationOf = async (
  { files: paths, observed: observedPaths, instance, namespace }: ExplainOptions,
  { stdin }: Surroundings,
  context: Context,
): Promise<Result<Explanation, string[]>> => {
  if (paths.includes('-') && observedPaths.includes('-')) {
    return fail(['standard input (-) can be given once']);
  }
  if (!namespaceName('').safeParse(namespace).success) {
    return fail(['--namespace must be at most 63 lowercase letters, digits and "-", as a namespace is']);
  }
  const files = await readObjects(paths, stdin);
  const observed = await readObjects(observedPaths, stdin);
  const described = describeCluster({
    files: files.objects,
    observed: observed.objects,
    namespace,
    types: serverTypes,
  });
  const all = await explain(described, serverTypes, context);
  const errors = [...files.errors, ...observed.errors, ...all.errors];
  const kinds = serverTypes.map(({ instance: { kind } }) => kind).join(', ');
  if (all.instances.length === 0 && errors.length === 0)
    errors.push(`the files contain no Instance (${kinds})`);
  const instances =
    instance === undefined ? all.instances : all.instances.filter(({ name }) => name === instance);
  if (instances.length === 0 && all.instances.length > 0) {
    const names = all.instances.map(({ name }) => name).join(', ');
    errors.push(`the files contain no Instance "${instance}"; they contain ${names}`);
  }
  return ok({
    usable: instances.every(({ usable }) => usable) && errors.length + all.problems.length === 0,
    errors,
    problems: all.problems,
    instances,
    notes: errors.length > 0 && instances.length > 0 ? [incomplete, ...all.notes] : all.notes,
  });
};
