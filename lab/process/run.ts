import { spawn } from 'node:child_process';

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
  /** What to do if the command is not installed. */
  install?: string;
}

export interface Finished {
  /** Exit code, or the name of the signal, or why it did not start. */
  status: number | string;
  stdout: string;
  /** Standard output and error, in the order of arrival. */
  output: string;
}

/** Runs a command without a shell and without standard input, and keeps its output. Never throws. */
export function run(
  command: string,
  args: string[],
  { install, ...options }: RunOptions = {},
): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const stdout: Buffer[] = [];
    const output: Buffer[] = [];
    const finish = (status: number | string) =>
      resolve({ status, stdout: Buffer.concat(stdout).toString(), output: Buffer.concat(output).toString() });
    child.stdout.on('data', (chunk: Buffer) => {
      stdout.push(chunk);
      output.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
    child.on('error', (error: NodeJS.ErrnoException) =>
      finish(error.code === 'ENOENT' ? `not installed${install ? `: ${install}` : ''}` : error.message),
    );
    child.on('close', (status, signal) => finish(status ?? signal ?? 'unknown'));
  });
}

/** As `run`, but returns standard output, and throws an Error with the whole output if the exit status is not 0. */
export async function must(command: string, args: string[], options?: RunOptions): Promise<string> {
  const { status, stdout, output } = await run(command, args, options);
  if (status === 0) return stdout;
  const what = typeof status === 'number' ? `exited with ${status}` : `failed: ${status}`;
  throw new Error(`${command} ${args.join(' ')} ${what}\n${output}`.trimEnd());
}
