import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { dataKeys } from '../../contract/names.ts';
import { withOwnApiServer } from '../../contract/own-api-server.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { TargetsFile } from '../../contract/targets.ts';
import { codeOf, fileVersion, folderVersion, readFiles } from './mount.ts';
import { type Work, workOf } from './work.ts';

/** Where the probe's pod mounts what it reads. */
export interface InputPaths {
  /** The targets file. */
  targets: string;
  /** Folder of the aggregated Secret. */
  credentials: string;
  /** Folder of the certificate authorities. */
  config: string;
  /** Least revision of the credentials that may be used: those that the pod was started for. Default 0. */
  credentialsRevision?: number;
}

/** Everything that there is to do, read at one time. */
export interface Inputs {
  file: TargetsFile;
  work: Work[];
}

/** What one look at the mounts found. */
export interface Look {
  /** Present where something has changed; never without a targets file that is whole and valid. */
  inputs?: Inputs;
  /** Present where the targets file cannot be used; what was read before goes on. */
  problem?: string;
}

/**
 * Reads the mounts. Each call looks for changes, by a few system calls where there are none. A targets file
 * that is missing, half written or invalid changes nothing but {@link Look.problem}.
 */
export const createInputs = (paths: InputPaths): (() => Promise<Look>) => {
  let file: TargetsFile | undefined;
  let problem: string | undefined;
  let seen = { targets: '-', mounts: '-' };

  return async () => {
    const versions = {
      // read before the contents: what changes in between is seen by the next look
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

/** Reads and checks a targets file. The error is a sentence without a value of the file. */
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

/** The targets with what is mounted for them. */
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
