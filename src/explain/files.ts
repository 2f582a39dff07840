import { readdir, readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { fail, ok, type Result } from '../contract/result.ts';
import { type Loaded, type Parsed, parseObjects } from './yaml.ts';

/**
 * Reads the objects of files, of the YAML and JSON files of folders, and of standard input (`-`). Errors in one file do
 * not hide the objects of the others.
 */
export const readObjects = async (
  paths: readonly string[],
  stdin: NodeJS.ReadableStream,
): Promise<Parsed> => {
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
      if (!content.ok) {
        errors.push(content.error);
        continue;
      }
      const parsed = parseObjects(content.value, file === '-' ? '<stdin>' : shown(file));
      loaded.push(...parsed.objects);
      errors.push(...parsed.errors);
    }
  }
  return { objects: loaded, errors };
};

/** The path of a file as messages show it: relative to the working directory if the file is in it. */
const shown = (file: string): string => {
  const short = relative('', file);
  return isAbsolute(file) && !short.startsWith('..') && !isAbsolute(short) ? short : file;
};

/** The file, or the files directly in a folder, as kubectl reads them. */
const filesAt = async (path: string): Promise<Result<string[], string>> => {
  try {
    if (!(await stat(path)).isDirectory()) return ok([path]);
    const names = (await readdir(path)).filter((name) => /\.(ya?ml|json)$/.test(name)).sort();
    return names.length > 0
      ? ok(names.map((name) => join(path, name)))
      : fail(`${path}: the folder contains no .yaml, .yml or .json file`);
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
