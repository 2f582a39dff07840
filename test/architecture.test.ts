import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';

/** Imports flow one way: edge → plan → compose → edge; `servers/` knows only the contract and the schema. */
const rooms: Record<string, readonly string[]> = {
  schema: [],
  contract: ['schema'],
  servers: ['contract', 'schema'],
  plan: ['contract', 'schema'],
  compose: ['contract', 'schema', 'plan'],
  function: ['contract', 'schema', 'plan', 'compose', 'servers'],
  renderer: ['contract', 'schema'],
  probe: ['contract', 'schema'],
  bridge: ['contract', 'schema'],
  gate: ['contract', 'schema'],
  explain: ['contract', 'schema', 'plan', 'compose', 'servers', 'function'],
  'schema/generate': ['contract', 'schema', 'servers'],
};

/** What a release is called, and where it is published. */
const manifest = 'package.json';

/** What a process is told of itself, and how it speaks: for those that are the edge of one. */
const shared = ['src/process/release.ts', 'src/process/options.ts', 'src/process/log.ts'];
const edges = ['function', 'probe', 'bridge', 'gate', 'explain'];

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
  if (second === '') return '';
  return first === 'schema' && second === 'generate' ? 'schema/generate' : first;
};

const sources: Source[] = globSync('src/**/*.ts')
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

const packages = ({ imports }: Source): string[] => imports.filter((name) => !name.startsWith('.'));

test('there is something to look at', () => {
  expect(sources.length).toBeGreaterThan(50);
  expect(sources.flatMap(packages)).toContain('zod');
});

describe('imports between rooms', () => {
  test('every room has a place in the house', () => {
    const known = new Set(['', ...Object.keys(rooms)]);
    expect(sources.filter(({ room }) => !known.has(room)).map(({ file }) => file)).toStrictEqual([]);
  });

  test.each(Object.entries(rooms))('%s imports only itself and %j', (room, allowed) => {
    const wrong = sources
      .filter((source) => source.room === room)
      .flatMap((source) => local(source).map((target) => ({ file: source.file, target })))
      .filter(({ target }) => roomOf(target) !== room && !allowed.includes(roomOf(target)))
      .filter(({ target }) => !(target === manifest && room === 'contract'))
      .filter(({ target }) => !(shared.includes(target) && edges.includes(room)));
    expect(wrong).toStrictEqual([]);
  });

  test('nothing imports the command line', () => {
    const entry = sources.filter((source) => local(source).includes('src/main.ts'));
    expect(entry.map(({ file }) => file)).toStrictEqual([]);
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
      users.filter(({ room }) => room !== 'function' && room !== 'explain').map(({ file }) => file),
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
