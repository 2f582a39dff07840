import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fail, ok, type Result } from '../contract/result.ts';
import { type Loaded, parseObjects } from './yaml.ts';

/** Reads the objects of files, of the YAML and JSON files of folders, and of standard input (`-`). */
export const readObjects = async (
  paths: readonly string[],
  stdin: NodeJS.ReadableStream,
): Promise<Result<Loaded[], string[]>> => {
  const loaded: Loaded[] = [];
  const errors: string[] = [];
  for (const path of new Set(paths)) {
    const files = path === '-' ? ok([path]) : await filesAt(path);
    if (!files.ok) {
      errors.push(files.error);
      continue;
    }
    for (const file of files.value) {
      const content = await contentOf(file, stdin);
      const parsed = content.ok
        ? parseObjects(content.value, file === '-' ? '<stdin>' : file)
        : fail([content.error]);
      if (parsed.ok) loaded.push(...parsed.value);
      else errors.push(...parsed.error);
    }
  }
  return errors.length > 0 ? fail(errors) : ok(loaded);
};

/** The file itself, or what a folder holds directly, as kubectl reads it. */
const filesAt = async (path: string): Promise<Result<string[], string>> => {
  try {
    if (!(await stat(path)).isDirectory()) return ok([path]);
    const names = (await readdir(path)).filter((name) => /\.(ya?ml|json)$/.test(name)).sort();
    return names.length > 0
      ? ok(names.map((name) => join(path, name)))
      : fail(`${path}: this folder holds no .yaml, .yml or .json file`);
  } catch (error) {
    return unreadable(path, error);
  }
};

const contentOf = async (file: string, stdin: NodeJS.ReadableStream): Promise<Result<string, string>> => {
  try {
    return ok(await (file === '-' ? text(stdin) : readFile(file, 'utf8')));
  } catch (error) {
    return unreadable(file, error);
  }
};

const unreadable = (path: string, error: unknown) => {
  const { code = '' } = error as NodeJS.ErrnoException;
  const why: Record<string, string> = { ENOENT: 'it does not exist', EACCES: 'permission denied' };
  return fail(`${path}: cannot be read: ${why[code] ?? code}`);
};
