import { existsSync, globSync } from 'node:fs';
import { expect, test } from 'vitest';
import { serverTypes } from '../../src/servers/registry.ts';

test('every folder of a server type is in the registry, and has a test of its conformance', () => {
  const folders = globSync('src/servers/*/*-kinds.ts')
    .map((path) => path.split('/')[2] ?? '')
    .sort();
  expect(serverTypes.map(({ name }) => name).sort()).toStrictEqual(folders);
  for (const name of folders) expect(existsSync(`test/servers/${name}.test.ts`), name).toBe(true);
});

test('no two types share a name, a group, or a kind', () => {
  for (const of_ of [
    serverTypes.map(({ name }) => name),
    serverTypes.map(({ group }) => group),
    serverTypes.flatMap(({ resource, instance }) => [resource.kind, instance.kind]),
    serverTypes.flatMap(({ resource, instance }) => [...resource.shortNames, ...instance.shortNames]),
  ]) {
    expect(new Set(of_).size).toBe(of_.length);
  }
});

test('a name is fit for labels and settings, a group ours', () => {
  for (const { name, group } of serverTypes) {
    expect(name).toMatch(/^[a-z][a-z0-9]{0,31}$/);
    expect(group).toBe(`${name}.tas.io`);
  }
});
