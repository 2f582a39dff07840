import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';

/**
 * The layers of `src/`, from the ground up, and which layers below it each one imports. An arrow points down: a layer
 * that is not listed before the one that imports it fails the test, and so does a circle of files.
 */
const layers: readonly (readonly [room: string, imports: readonly string[]])[] = [
  ['contract', []],
  ['process', ['contract']],
  ['schema', ['contract']],
  ['servers', ['contract', 'schema']],
  ['plan', ['contract', 'schema', 'servers']],
  ['compose', ['contract', 'schema', 'servers', 'plan']],
  ['function', ['contract', 'schema', 'servers', 'plan', 'compose']],
  ['simulate', ['contract']],
  ['grpc', ['contract', 'process', 'function', 'simulate']],
  ['renderer', ['contract']],
  ['preload', ['contract']],
  ['proxy', ['contract', 'process']],
  ['probe', ['contract', 'process']],
  ['generate', ['contract', 'schema', 'servers']],
  [
    'explain',
    ['contract', 'process', 'schema', 'servers', 'plan', 'compose', 'function', 'simulate', 'generate'],
  ],
];

/** The parts of a layer, from the ground up, where it has any; files beside them may import them all. */
const parts: Record<string, readonly string[]> = {
  probe: ['ladder', 'drivers', 'inputs', 'cluster'],
  proxy: ['shared', 'inbound', 'outbound', 'bridge', 'gate'],
};

/** What a release is called, and where it is published. */
const manifest = 'package.json';
const knowManifest = ['process', 'servers'];

/** What of a server type its neighbours see; the folders of the types are reached through the registry alone. */
const servedBy: Record<string, RegExp> = {
  plan: /^src\/servers\/server-type\.ts$/,
  compose: /^src\/servers\/server-type\.ts$/,
  function: /^src\/servers\/(registry|server-type)\.ts$/,
};

/** Rooms whose functions depend on nothing but their arguments. */
const pure = ['schema', 'contract', 'servers', 'plan', 'compose'];

/** What speaks to databases and buckets. */
const drivers = ['pg', 'mysql2', 'mssql', 'tedious', 'oracledb', 'aws4fetch'];

interface Source {
  file: string;
  room: string;
  text: string;
  imports: string[];
}

const roomOf = (file: string): string => {
  const [, first = '', second = ''] = file.split('/');
  return second === '' ? '' : first;
};

/** The text of programs for a pod, which are not run here. */
const generated = 'src/servers/dbhub/preloaded.ts';

const sources: Source[] = globSync('src/**/*.ts')
  .filter((file) => file !== generated)
  .sort()
  .map((file) => {
    // without the text of programs for a pod, which are not run here
    const text = readFileSync(file, 'utf8').replace(/`import [^`]*`/g, '``');
    const imports = [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].flatMap(
      ([, name]) => name ?? [],
    );
    return { file, room: roomOf(file), text, imports };
  });

const local = ({ file, imports }: Source): string[] =>
  imports.filter((name) => name.startsWith('.')).map((name) => normalize(join(dirname(file), name)));

/** The packages that a source runs. Declarations contain no code. */
const packages = ({ imports }: Source): string[] =>
  imports.filter((name) => !name.startsWith('.') && !name.endsWith('.d.ts'));

test('there is something to look at', () => {
  expect(sources.length).toBeGreaterThan(50);
  expect(sources.flatMap(packages)).toContain('zod');
});

describe('layers', () => {
  test('every file has a layer', () => {
    const known = new Set(['', ...layers.map(([room]) => room)]);
    expect(sources.filter(({ room }) => !known.has(room)).map(({ file }) => file)).toStrictEqual([]);
    expect(sources.filter(({ room }) => room === '').map(({ file }) => file)).toStrictEqual(['src/main.ts']);
  });

  test('an arrow points down', () => {
    for (const [index, [room, imports]] of layers.entries()) {
      const below = layers.slice(0, index).map(([name]) => name);
      expect(below, room).toEqual(expect.arrayContaining([...imports]));
    }
  });

  test.each(layers)('%s imports only itself and %j', (room, allowed) => {
    const wrong = sources
      .filter((source) => source.room === room)
      .flatMap((source) => local(source).map((target) => ({ file: source.file, target })))
      .filter(({ target }) => roomOf(target) !== room && !allowed.includes(roomOf(target)))
      .filter(({ target }) => !(target === manifest && knowManifest.includes(room)));
    expect(wrong).toStrictEqual([]);
  });

  test.each(layers)('%s imports every layer that is listed for it', (room, allowed) => {
    const used = new Set(
      sources.filter((source) => source.room === room).flatMap((source) => local(source).map(roomOf)),
    );
    expect(allowed.filter((name) => !used.has(name))).toStrictEqual([]);
  });

  test.each(Object.entries(parts))(
    'the parts of %s import only what is listed before them',
    (room, order) => {
      const partOf = (file: string) => file.split('/').slice(2, -1)[0] ?? '';
      const inside = sources.filter((source) => source.room === room && partOf(source.file) !== '');
      const wrong = inside.flatMap((source) => {
        const rank = order.indexOf(partOf(source.file));
        return local(source)
          .filter((target) => roomOf(target) === room && partOf(target) !== '')
          .filter((target) => rank < 0 || order.indexOf(partOf(target)) > rank)
          .map((target) => `${source.file} -> ${target}`);
      });
      expect(wrong).toStrictEqual([]);
    },
  );

  test.each(Object.entries(servedBy))('%s sees of the server types only their contract', (room, seen) => {
    const wrong = sources
      .filter((source) => source.room === room)
      .flatMap((source) => local(source).filter((target) => roomOf(target) === 'servers'))
      .filter((target) => !seen.test(target));
    expect(wrong).toStrictEqual([]);
  });

  test('no file is part of a circle', () => {
    const targets = new Map(sources.map((source) => [source.file, local(source)]));
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      if (path.includes(file) || done.has(file)) return;
      for (const target of targets.get(file) ?? []) visit(target, [...path, file]);
      done.add(file);
    };
    for (const file of targets.keys()) visit(file, []);
    expect(circles).toStrictEqual([]);
  });

  test('nothing outside test/ imports from test/', () => {
    const wrong = globSync('{src,demo,bench,scripts,lab}/**/*.ts').flatMap((file) => {
      const text = readFileSync(file, 'utf8');
      return [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)'/g)]
        .map(([, name = '']) => normalize(join(dirname(file), name)))
        .filter((target) => target.startsWith('test/'))
        .map((target) => `${file} -> ${target}`);
    });
    expect(wrong).toStrictEqual([]);
  });

  test('nothing imports the command line', () => {
    const entry = sources.filter((source) => local(source).includes('src/main.ts'));
    expect(entry.map(({ file }) => file)).toStrictEqual([]);
  });
});

describe('imports between the folders beside src/', () => {
  const importsOf = (folder: string) =>
    globSync(`${folder}/**/*.ts`).flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)'/g)].map(
        ([, name = '']) => ({ file, target: normalize(join(dirname(file), name)) }),
      ),
    );

  test.each(['src', 'lab', 'demo', 'bench', 'scripts'])('%s imports nothing of test/', (folder) => {
    const imports = importsOf(folder);
    expect(imports.length).toBeGreaterThan(5);
    expect(imports.filter(({ target }) => target.startsWith('test/'))).toStrictEqual([]);
  });

  test('a program asks isMain, because import.meta.main is missing in the Node of macOS on arm64', () => {
    const asking = globSync('{src,lab,demo,bench,scripts,test}/**/*.ts').filter((file) =>
      /\(import\.meta\.main\)/.test(readFileSync(file, 'utf8')),
    );
    expect(asking).toStrictEqual([]);
  });

  test('src/ imports nothing beside it but the manifest', () => {
    const beside = importsOf('src').filter(({ target }) => !target.startsWith('src/') && target !== manifest);
    expect(beside).toStrictEqual([]);
  });
});

describe('what a room may touch', () => {
  test('only the drivers of the probe import a database driver', () => {
    const users = sources.filter((source) =>
      packages(source).some((name) => drivers.includes(name.split('/')[0] ?? '')),
    );
    expect(users.length).toBeGreaterThan(0);
    expect(
      users.filter(({ file }) => !file.startsWith('src/probe/drivers/')).map(({ file }) => file),
    ).toStrictEqual([]);
  });

  test.each(pure)('%s reads no file, no network, no clock, no chance and no environment', (room) => {
    const inside = sources.filter((source) => source.room === room);
    const outside = inside.flatMap((source) =>
      packages(source).filter((name) => !['node:crypto', 'zod', 'smol-toml', 'js-yaml'].includes(name)),
    );
    expect(outside).toStrictEqual([]);
    const impure =
      /\b(Date\.now|new Date\(\)|Math\.random|randomUUID|randomBytes|performance\.\w|process\.\w|setTimeout|fetch\()/;
    expect(inside.filter(({ text }) => impure.test(text)).map(({ file }) => file)).toStrictEqual([]);
  });

  test('the function knows of the SDK only its messages', () => {
    const users = sources.filter((source) =>
      packages(source).includes('@crossplane-org/function-sdk-typescript'),
    );
    expect(
      users
        .filter(
          ({ room }) => room !== 'function' && room !== 'grpc' && room !== 'explain' && room !== 'simulate',
        )
        .map(({ file }) => file),
    ).toStrictEqual([]);
  });
});

describe('files', () => {
  test('are named in kebab case', () => {
    expect(
      sources
        .filter(({ file }) => !/^src\/([a-z0-9-]+\/)*[a-z0-9-]+\.ts$/.test(file))
        .map(({ file }) => file),
    ).toStrictEqual([]);
  });

  test('are short', () => {
    const long = sources
      .map(({ file, text }) => [file, text.split('\n').length] as const)
      .filter(([, lines]) => lines > 250);
    expect(long).toStrictEqual([]);
  });

  test('export by name, and what is their own; but a bundle’s entry shows what is in the bundle', () => {
    const borrowed = sources
      .filter(({ file }) => !file.endsWith('/main.ts'))
      .filter(({ text }) => /^export (default|\*|\{[^}]*\} from)/m.test(text));
    expect(borrowed.map(({ file }) => file)).toStrictEqual([]);
  });
});
