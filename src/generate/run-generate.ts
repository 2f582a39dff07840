import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { generatedFolders, generatedMark, generateFiles } from './all.ts';
import type { ApiSource } from './api.ts';

export interface GenerateOptions {
  /** Root of the repository, or of another tree to write to. */
  out: string;
  /** Compare only, and write nothing. */
  check: boolean;
}

/**
 * Writes the generated files and removes files that are no longer generated. With `check`, it only compares.
 * Prints a line per file that differs. Resolves to the exit code, which is 1 if `check` finds a difference.
 */
export async function runGenerate(
  types: readonly ApiSource[],
  { out, check }: GenerateOptions,
  print: (line: string) => void = console.log,
): Promise<0 | 1> {
  const wanted = generateFiles(types);
  const present = await generatedFiles(out);
  const stale = [...present.keys()].filter((path) => !wanted.has(path)).sort();
  const changed = [...wanted].filter(([path, content]) => present.get(path) !== content);

  for (const [path] of changed) print(`${present.has(path) ? 'differs' : 'missing'}: ${path}`);
  for (const path of stale) print(`no longer generated: ${path}`);
  if (check) {
    const drift = changed.length + stale.length;
    print(
      drift === 0
        ? `${wanted.size} generated files are current`
        : 'Run "npm run generate" and commit the result.',
    );
    return drift === 0 ? 0 : 1;
  }
  for (const [path, content] of changed) {
    const file = join(out, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  for (const path of stale) await rm(join(out, path));
  print(`${wanted.size} files generated, ${changed.length} written, ${stale.length} removed`);
  return 0;
}

/** The generated files that exist, by path below the root. Other files in the generated folders are ignored. */
async function generatedFiles(root: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const folder of generatedFolders) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(
      (error) => {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
        throw error;
      },
    );
    for (const entry of entries.filter((found) => found.isFile())) {
      const file = join(entry.parentPath, entry.name);
      const content = await readFile(file, 'utf8');
      const [first = ''] = content.split('\n', 1);
      if (first.includes(generatedMark)) files.set(relative(root, file).split(sep).join('/'), content);
    }
  }
  return files;
}
