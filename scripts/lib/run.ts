import { spawn } from 'node:child_process';

export interface Finished {
  /** Exit code, or the name of the signal, or why it did not start. */
  status: number | string;
  /** Standard output and error, in the order of arrival. */
  output: string;
}

/** Runs a command without a shell and without standard input, and keeps its output. Never throws. */
export function run(
  command: string,
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    const finish = (status: number | string) => resolve({ status, output: Buffer.concat(chunks).toString() });
    child.on('error', (error) => finish(error.message));
    child.on('close', (status, signal) => finish(status ?? signal ?? 'unknown'));
  });
}

/** As `run`, but throws an Error with the command's output if the exit status is not 0. */
export async function must(
  command: string,
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  const { status, output } = await run(command, args, options);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} exited with ${status}:\n${output.trim()}`);
  return output;
}

/** Exits with status 1 and the message of the error, without its stack, which does not help the user. */
export function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
