import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { dataKeys } from '../../contract/names.ts';
import { withOwnApiServer } from '../../contract/own-api-server.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { TargetsFile } from '../../contract/targets.ts';
import { codeOf, fileVersion, folderVersion, readFiles } from './mount.ts';
import { type Work, workOf } from './work.ts';

/** Where the pod of the probe mounts its files. */
export interface InputPaths {
  /** The targets file. */
  targets: string;
  /** Folder of the aggregated Secret. */
  credentials: string;
  /** Folder of the certificate authorities. */
  config: string;
  /** Minimum revision of the credentials: the revision that the pod was started with. Default: 0. */
  credentialsRevision?: number;
}

/** All work, read at one time. */
export interface Inputs {
  file: TargetsFile;
  work: Work[];
}

/** The result of one read of the mounts. */
export interface Look {
  /** Present if something has changed and the targets file is valid. */
  inputs?: Inputs;
  /** Present if the targets file cannot be used. The last valid file remains in use. */
  problem?: string;
}

/**
 * Reads the mounts. Each call checks for changes, with a few system calls if there are none. A targets file that is
 * missing, incomplete or invalid affects only {@link Look.problem}.
 */
export const createInputs = (paths: InputPaths): (() => Promise<Look>) => {
  let file: TargetsFile | undefined;
  let problem: string | undefined;
  let seen = { targets: '-', mounts: '-' };

  return async () => {
    const versions = {
      // read before the contents, so that the next call sees changes in between
      targets: (await fileVersion(paths.targets)) ?? '',
      mounts: JSON.stringify([await folderVersion(paths.credentials), await folderVersion(paths.config)]),
    };
    const changed = { targets: versions.targets !== seen.targets, mounts: versions.mounts !== seen.mounts };
    seen = versions;
    if (changed.targets) {
      const read = await readTargets(paths.targets);
      problem = read.ok ? undefined : read.error;
      if (read.ok) file = read.value;
    }
    const told = problem === undefined ? {} : { problem };
    if (!file || (!changed.mounts && !(changed.targets && problem === undefined))) return told;
    return { ...told, inputs: { file, work: await gather(file, paths) } };
  };
};

/** Reads and checks a targets file. The error is a sentence that contains no value of the file. */
export const readTargets = async (path: string): Promise<Result<TargetsFile, string>> => {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    return fail(`cannot be read (${codeOf(error)})`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return fail('is not valid JSON');
  }
  const parsed = TargetsFile.safeParse(json);
  if (!parsed.success) return fail(`is not valid: ${z.prettifyError(parsed.error).slice(0, 500)}`);
  const names = new Set(parsed.data.targets.map(({ name }) => name));
  if (names.size < parsed.data.targets.length) return fail('contains a Resource twice');
  return ok(parsed.data);
};

/** Combines the targets with the files that are mounted for them. */
export const gather = async (file: TargetsFile, paths: InputPaths): Promise<Work[]> => {
  const checks = file.targets.flatMap(({ check }) => check ?? []);
  const keys = checks.flatMap(({ secrets }) => Object.values(secrets).map(({ key }) => key));
  const credentials = await readFiles(paths.credentials, [...keys, dataKeys.credentialsRevision]);
  const config = await readFiles(
    paths.config,
    checks.flatMap(({ ca }) => ca ?? []),
  );
  const revision = Number(credentials.get(dataKeys.credentialsRevision) ?? 0);
  const behind = !(revision >= (paths.credentialsRevision ?? 0));
  const ranges = withOwnApiServer(file.ranges, process.env);
  return file.targets.map((target) => workOf(target, { credentials, config, behind, ranges }));
};
