import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { ensureTool } from '../../lab/tools/build.ts';

/** Checks XRDs, CRDs and Compositions by the code of Crossplane and of the API server. */
export const crdcheck = (...files: readonly string[]) => run(files, '');

/** What the API server makes of an object when it is created. */
export interface Verdict {
  errors: string[];
  /** With its defaults, and without unknown fields. */
  object: { spec?: object };
}

/** Verdicts on objects of the kinds that the XRD in a file defines, in their order. */
export async function verdicts(definition: string, objects: readonly object[]): Promise<Verdict[]> {
  const { code, stdout, stderr } = await run(['verdicts', definition], JSON.stringify(objects));
  if (code !== 0) throw new Error(`crdcheck ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as Verdict[];
}

async function run(args: readonly string[], input: string) {
  const child = spawn(await ensureTool('crdcheck'), args);
  child.stdin.end(input);
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve)),
  ]);
  return { code, stdout, stderr };
}
