import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const exec = promisify(execFile);

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
  /** What to do if the command is not installed. */
  install?: string;
}

/** Runs a command to its end and returns its stdout. Throws with its output, or with how to install it. */
export async function run(command: string, args: string[], options: RunOptions = {}): Promise<string> {
  const { install, ...rest } = options;
  try {
    const { stdout } = await exec(command, args, { ...rest, maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    const {
      code,
      stdout = '',
      stderr = '',
    } = error as { code?: string | number; stdout?: string; stderr?: string };
    if (code === 'ENOENT')
      throw new Error(`${command} is required and is not installed${install ? `: ${install}` : ''}`);
    throw new Error(`${command} ${args.join(' ')} failed (${code})\n${stdout}${stderr}`.trimEnd());
  }
}
