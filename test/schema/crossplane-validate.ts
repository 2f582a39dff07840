import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureTool } from '../../lab/tools/build.ts';
import type { Flavour } from '../../src/contract/flavour.ts';

/** What `crossplane resource validate` says of one object. */
export interface Verdict {
  kind: string;
  name: string;
  valid: boolean;
  /** As a user sees them, sorted, as the CLI's own order is that of a Go map. */
  errors: string[];
}

/** Validates objects by the real CLI against the APIs of a flavour; verdicts come in the order of the objects. */
export async function validate(flavour: Flavour, objects: readonly object[]): Promise<Verdict[]> {
  const crossplane = await ensureTool('crossplane');
  const folder = await mkdtemp(join(tmpdir(), 'validate-'));
  try {
    const file = join(folder, 'objects.yaml');
    await writeFile(file, objects.map(document).join('---\n'));
    const apis = new URL(`../../apis/${flavour}`, import.meta.url).pathname;
    const flags = `--crossplane-image= --cache-dir=${join(folder, 'cache')} --error-on-missing-schemas --output=json`;
    const output = await run(crossplane, ['resource', 'validate', apis, file, ...flags.split(' ')]);
    const { resources } = JSON.parse(output) as { resources: Resource[] };
    if (resources.length !== objects.length)
      throw new Error(`${objects.length} objects, but ${resources.length} verdicts`);
    return resources.map(({ kind, name, status, errors = [] }) => ({
      kind,
      name,
      valid: status === 'valid',
      errors: errors.map(({ message }) => message).sort(),
    }));
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Resource {
  kind: string;
  name: string;
  status: string;
  errors?: { message: string }[];
}

/** JSON is YAML, except for the characters that YAML takes only in escaped form. */
const document = (object: object) =>
  `${JSON.stringify(object).replace(
    // oxlint-disable-next-line no-control-regex
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )}\n`;

/** The CLI's standard output, also where it ends with 1 because objects are invalid. */
const run = (command: string, args: readonly string[]) =>
  new Promise<string>((resolve, reject) => {
    execFile(command, args, { maxBuffer: 1 << 30 }, (error, stdout, stderr) => {
      if (stdout.startsWith('{')) resolve(stdout);
      else reject(new Error(`${command}: ${stderr || error?.message || stdout}`));
    });
  });
