import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { repository } from '../../scripts/lib/release.ts';
import { PlatformSettings } from '../../src/schema/settings.ts';
import { serverTypes } from '../../src/servers/registry.ts';

const Snippet = z.looseObject({
  apiVersion: z.string().optional(),
  kind: z.string().optional(),
  spec: z.record(z.string(), z.unknown()).optional(),
  data: z.record(z.string(), z.unknown()).optional(),
});

/** The YAML that a reader copies from the guides. */
const snippets = globSync(['README.md', 'docs/*.md'], { cwd: repository })
  .sort()
  .flatMap((file) => {
    const text = readFileSync(join(repository, file), 'utf8');
    return [...text.matchAll(/^( *)```yaml\n([\s\S]*?)^ *```$/gm)].flatMap(([, indent = '', yaml = '']) =>
      parseAllDocuments(yaml.replaceAll(new RegExp(`^${indent}`, 'gm'), '')).map((document) => ({
        file,
        errors: document.errors,
        value: Snippet.parse(document.toJS()),
      })),
    );
  });

const kinds = new Map<string, z.ZodType>(
  serverTypes.flatMap(({ group, version, resource, instance }) =>
    [resource, instance].map(({ kind, spec }) => [`${group}/${version} ${kind}`, spec] as const),
  ),
);

const specs = snippets.flatMap(({ file, value: { apiVersion, kind, spec } }) => {
  const schema = kinds.get(`${apiVersion} ${kind}`);
  return schema ? [{ file, kind, schema, spec }] : [];
});

test('every snippet is valid YAML', () => {
  expect(snippets.filter(({ errors }) => errors.length > 0)).toEqual([]);
});

describe('the specs in the guides are accepted', () => {
  test('every kind has one', () => {
    expect(new Set(specs.map(({ kind }) => kind))).toEqual(
      new Set([...kinds.keys()].map((key) => key.split(' ')[1])),
    );
  });

  test.each(specs)('$kind in $file', ({ schema, spec }) => {
    const { error, data } = schema.safeParse(spec);
    expect(error === undefined ? '' : z.prettifyError(error)).toBe('');
    // a field that the schema does not know would be pruned
    expect(Object.keys(data ?? {})).toEqual(expect.arrayContaining(Object.keys(spec ?? {})));
  });
});

test('the platform settings in the guides are accepted', () => {
  const settings = snippets.filter(
    ({ value: { kind, data } }) => data && (kind ?? 'EnvironmentConfig') !== 'Secret',
  );
  expect(settings.length).toBeGreaterThanOrEqual(2);
  for (const { value } of settings) {
    const { error } = PlatformSettings.safeParse(value.data);
    expect(error === undefined ? '' : z.prettifyError(error)).toBe('');
  }
});
