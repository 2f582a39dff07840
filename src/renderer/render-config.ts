import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { dataKeys } from '../contract/names.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import { readRevision } from '../contract/revision.ts';
import { placeholdersIn, substitute } from './substitute.ts';

/** What the renderer reads and writes, and which revisions it waits for. */
export interface RenderOptions {
  /** Folder of the mounted ConfigMap. */
  template: string;
  /** Folder of the mounted Secret. */
  credentials: string;
  /** Folder that the server reads. */
  out: string;
  configRevision: number;
  credentialsRevision: number;
  /** Milliseconds to wait for the revisions. The kubelet refreshes mounts about once a minute. */
  timeout: number;
  /** Milliseconds between checks. */
  interval?: number;
  /** Called with a sentence that names what is missing. */
  onWait?: (sentence: string) => void;
}

/**
 * Writes the configuration of a server: every file of the template, with the placeholders replaced by the values. Waits
 * until the template and the values have at least the revisions that the pod needs, because Crossplane applies objects
 * in any order. The error names the missing value or revision, and contains no value.
 */
export const renderConfig = async (options: RenderOptions): Promise<Result<string[], string>> => {
  const { template, credentials, out } = options;
  const waited = await waitForRevisions(options);
  if (!waited.ok) return waited;
  const names = (await readdir(template)).filter(
    (name) => !name.startsWith('.') && name !== dataKeys.configRevision,
  );
  const written: string[] = [];
  for (const name of names.sort()) {
    const text = await readFile(join(template, name), 'utf8');
    const rendered = substitute(text, await valuesFor(text, credentials));
    if (!rendered.ok) return fail(`${name}: ${rendered.error}`);
    await writeWhole(join(out, name), rendered.value);
    written.push(name);
  }
  return ok(written);
};

/** Reads only the values that the template refers to. */
const valuesFor = async (template: string, credentials: string): Promise<Record<string, string>> => {
  const values: Record<string, string> = {};
  for (const name of placeholdersIn(template)) {
    const value = await readIfThere(join(credentials, name));
    if (value !== undefined) values[name] = value;
  }
  return values;
};

const waitForRevisions = async (options: RenderOptions): Promise<Result<undefined, string>> => {
  const { template, credentials, timeout, interval = 500, onWait } = options;
  const wanted = [
    {
      what: 'configuration',
      file: join(template, dataKeys.configRevision),
      revision: options.configRevision,
    },
    {
      what: 'credentials',
      file: join(credentials, dataKeys.credentialsRevision),
      revision: options.credentialsRevision,
    },
  ];
  const deadline = performance.now() + timeout;
  for (let said = ''; ; ) {
    const behind: string[] = [];
    for (const { what, file, revision } of wanted) {
      const mounted = readRevision(await readIfThere(file));
      if (mounted === undefined || mounted < revision)
        behind.push(`${what} revision ${revision} (mounted: ${mounted ?? 'none'})`);
    }
    if (behind.length === 0) return ok(undefined);
    const sentence = `waiting for the ${behind.join(' and the ')}`;
    if (performance.now() >= deadline) return fail(`timed out after ${timeout / 1000} s ${sentence}`);
    if (sentence !== said) onWait?.(sentence);
    said = sentence;
    await delay(interval);
  }
};

const readIfThere = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/**
 * Writes a file so that the server never sees a partial file. A file of an earlier start is read-only, so it is
 * replaced.
 */
const writeWhole = async (path: string, text: string): Promise<void> => {
  const unfinished = `${path}.unfinished`;
  await rm(unfinished, { force: true });
  await writeFile(unfinished, text, { mode: 0o400 });
  await rename(unfinished, path);
};
