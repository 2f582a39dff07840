import { spawn } from 'node:child_process';

export interface Finished {
  /** Exit code, or the signal's name, or why it did not start. */
  status: number | string;
  /** Standard output and error, in the order they came. */
  output: string;
}

/** Runs a command without a shell and without standard input, and keeps what it prints. Never throws. */
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

/** Like run, but throws an Error that shows the command's output when it did not end with 0. */
export async function must(
  command: string,
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  const { status, output } = await run(command, args, options);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} exited with ${status}:\n${output.trim()}`);
  return output;
}

/** Ends the program with 1 and the error's message, without the stack that means nothing to its reader. */
export function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
