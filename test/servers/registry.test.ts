import { existsSync, globSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { serverTypes } from '../../src/servers/registry.ts';
import { toolboxImage } from '../../src/servers/toolbox/toolbox-container.ts';

test('every folder of a server type is in the registry, and has a test of its conformance', () => {
  const folders = globSync('src/servers/*/*-kinds.ts')
    .map((path) => path.split('/')[2] ?? '')
    .sort();
  expect(serverTypes.map(({ name }) => name).sort()).toStrictEqual(folders);
  for (const name of folders) expect(existsSync(`test/servers/${name}.test.ts`), name).toBe(true);
});

/** The files of every server type, by the ending of their names. Other files of a folder do not bear the name of the type. */
const files = [
  ['', '-check', '-config', '-credentials', '-destination', '-id'],
  ['-instance', '-kinds', '-policy', '-resource'],
].flat();
/** The container of a server. A type whose server is MCP Toolbox uses the container in `toolbox/`. */
const container = '-container';

test('the folders of all types have the same files', () => {
  for (const { name, image } of serverTypes) {
    const own = image === toolboxImage ? files : [...files, container];
    const found = globSync(`src/servers/${name}/${name}*.ts`)
      .map((path) => basename(path, '.ts'))
      .sort();
    expect(found).toStrictEqual(own.map((ending) => `${name}${ending}`).sort());
  }
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
