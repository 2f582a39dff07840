import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packages, release, repository } from '../../scripts/lib/release.ts';
import { release as built } from '../../src/process/release.ts';
import { serverTypes } from '../../src/servers/registry.ts';

/** Everything that a reader copies from. What was true of an earlier release stays in the changelog. */
const files = globSync(
  ['*.md', 'docs/**/*.md', 'examples/**/*.yaml', 'platform.yaml', 'crossplane*.yaml', 'package/*.yaml'],
  { cwd: repository },
)
  .filter((file) => !/^CHANGELOG|^docs.adr/.test(file))
  .sort();

/** Places that are not the registry of a release. */
const elsewhere = /^(github\.com|localhost|127\.0\.0\.1|[a-z0-9.-]*example[a-z0-9.-]*)(:\d+)?\/$/;

/** What stands in these files with a repository's path in it: `registry/path:tag`, or less of it. */
const references = async (path: string) => {
  const pattern = new RegExp(
    `(?<![a-z0-9/])(?<host>[a-z0-9.:-]+/)?${path}(?![a-z0-9-])(:(?<tag>[a-zA-Z0-9._-]*[a-zA-Z0-9]))?`,
    'g',
  );
  const found = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(repository, file), 'utf8');
      return [...text.matchAll(pattern)].map(({ 0: name, groups }) => ({
        file,
        name,
        host: groups?.['host'],
        tag: groups?.['tag'],
      }));
    }),
  );
  return found.flat().filter(({ host }) => host === undefined || !elsewhere.test(host));
};

const { registry, version } = release();

test.each(Object.values(packages))('%s is named as it is published', async (path) => {
  const right = [path, `${registry}/${path}`, `${registry}/${path}:${version}`, built.rendererImage];
  expect((await references(path)).filter(({ name }) => !right.includes(name))).toEqual([]);
});

test.each(serverTypes.map(({ image }) => image))(
  '$repository is named with the tag that runs',
  async ({ repository: path, tag: right }) => {
    const found = await references(path);
    expect(found.filter(({ tag }) => tag !== undefined && tag !== right)).toEqual([]);
  },
);

test('the function is named where it is run', async () => {
  expect(await references(packages.function)).toContainEqual({
    file: join('examples', 'functions.yaml'),
    name: `${registry}/${packages.function}:${version}`,
    host: `${registry}/`,
    tag: version,
  });
});
