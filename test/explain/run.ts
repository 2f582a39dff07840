import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type ExplainOptions, runExplain } from '../../src/explain/run.ts';

/** What a run printed, and its exit code. */
export interface Ran {
  code: number;
  out: string;
  err: string;
}

/** Path of a file in given/. */
export const given = (name: string): string => fileURLToPath(new URL(`given/${name}`, import.meta.url));

export const context = {
  release: { version: '1.2.3', rendererImage: 'registry.example.com/function-mcp:v1.0.0' },
  now: Date.parse('2026-03-02T10:05:00Z'),
};

/** Runs explain in this process; `stdin` is what `-` reads. */
export const run = async (
  files: string[],
  options: Partial<ExplainOptions> & {
    width?: number;
    tty?: boolean;
    stdin?: string;
    env?: NodeJS.ProcessEnv;
  } = {},
): Promise<Ran> => {
  const { width, tty = false, stdin = '', env = {}, ...rest } = options;
  let out = '';
  let err = '';
  const code = await runExplain(
    { files, observed: [], namespace: 'default', json: false, full: false, color: 'auto', ...rest },
    {
      stdin: Readable.from([stdin]),
      stdout: {
        write: (text: string) => (out += text),
        isTTY: tty,
        ...(width !== undefined && { columns: width }),
      },
      stderr: { write: (text: string) => (err += text) },
      env,
    },
    context,
  );
  return { code, out, err };
};
