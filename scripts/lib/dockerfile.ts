import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from './release.ts';

const read = (file = 'Dockerfile') => readFile(join(repository, file), 'utf8');

/** The labels that a Dockerfile sets. Default: the Dockerfile of the function. */
export async function dockerfileLabels(file?: string): Promise<Record<string, string>> {
  const labels = (await read(file)).matchAll(/(org\.opencontainers\.image\.\S+)="([^"]*)"/g);
  return Object.fromEntries([...labels].map(([, key, value]) => [key, value]));
}

/** The environment that the Dockerfile sets: one or more `NAME=value` in each `ENV` line. */
export async function dockerfileEnvironment(): Promise<Record<string, string>> {
  const lines = (await read()).matchAll(/^ENV (.+)$/gm);
  const pairs = [...lines].flatMap(([, line = '']) => line.trim().split(/\s+/));
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
