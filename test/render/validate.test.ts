import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { flavours } from '../../src/contract/flavour.ts';
import { validate } from '../schema/crossplane-validate.ts';
import { objectsIn } from './render.ts';

const examples = new URL('../../examples', import.meta.url).pathname;

const load = async (file: string) => objectsIn(await readFile(join(examples, file), 'utf8'));

describe.each(flavours)('the examples for render, %s flavour', (flavour) => {
  test('what goes in is valid', async () => {
    const files = globSync(`*/${flavour}/{xr,required}.yaml`, { cwd: examples }).sort();
    const objects = (await Promise.all(files.map(load))).flat();
    // The CLI knows the API server's own kinds and ours, and no schema of Crossplane's.
    const known = objects.filter(({ kind }) => kind !== 'EnvironmentConfig');
    const verdicts = await validate(flavour, known);
    expect(verdicts.filter(({ valid }) => !valid)).toEqual([]);
    expect(verdicts.map(({ kind }) => kind)).toContain(
      flavour === 'claims' ? 'XDBHubInstance' : 'DBHubInstance',
    );
  });

  test('what comes out is valid for Kubernetes', async () => {
    const files = globSync(`*/${flavour}/expected.yaml`, { cwd: examples }).sort();
    // The XR at the head of each has its status and nothing of its spec.
    const composed = (await Promise.all(files.map(load))).flatMap(([, ...objects]) => objects);
    const verdicts = await validate(flavour, composed);
    expect(verdicts.filter(({ valid }) => !valid)).toEqual([]);
    expect(verdicts.map(({ kind }) => kind)).toContain('Deployment');
  });
});
