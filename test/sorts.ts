/**
 * Which test runs in which of the three projects of vitest.config.ts. What a test file imports decides, directly or
 * through files outside of src/; types and what is imported while a test runs do not count.
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { here, impossible, type Program, programs } from '../lab/programs.ts';

/**
 * `unit`: pure, no process, no socket. `servers`: starts processes or opens sockets, and needs nothing that npm does
 * not bring. `backends`: starts a program that npm does not bring.
 */
export type Sort = 'unit' | 'servers' | 'backends';

/** What leads out of the process. */
const outside = new Set([
  ...['child_process', 'net', 'tls', 'http', 'https', 'http2', 'dgram', 'cluster'].map(
    (name) => `node:${name}`,
  ),
  'lab/clients/grpc.ts',
]);

/** The tests of server types that MCP Toolbox serves start it by the name of the type. */
const alsoToolbox = [
  'test/api/tenant.ts',
  'test/search/tenant.ts',
  'src/servers/api/',
  'src/servers/search/',
];

/** A test file. */
export interface TestFile {
  file: string;
  sort: Sort;
  /** What it starts, as far as its imports say. */
  programs: Program[];
  /** Why this kind of machine cannot run it. */
  impossible?: string;
}

const root = join(import.meta.dirname, '..');

/** Other runs have these: `npm run e2e`, `test:packages`, `test:render` and `test:schema`. */
const elsewhere = ['e2e/**', 'cluster/**', 'packages/**', 'render/**', 'schema/**/*.cli.test.ts'];

/** Every test file of the three projects, sorted, as on a platform. */
export function sortTests(platform = here): TestFile[] {
  const exclude = elsewhere.map((pattern) => `test/${pattern}`);
  return globSync('test/**/*.test.ts', { cwd: root, exclude })
    .sort()
    .map((file) => sortTest(file, platform));
}

function sortTest(file: string, platform: string): TestFile {
  const reached = reachedFrom(file);
  const sort = sortOf(reached);
  if (sort === 'unit') return { file, sort, programs: [] };
  const started: Program[] = Object.values<Program>(programs).filter(
    (program) =>
      reached.has(program.module) ||
      (program === programs.toolbox &&
        alsoToolbox.some((path) => [...reached].some((one) => one.startsWith(path)))),
  );
  const why = started.flatMap((program) => impossible(program, platform) ?? [])[0];
  return { file, sort, programs: started, ...(why !== undefined && { impossible: why }) };
}

function sortOf(reached: ReadonlySet<string>): Sort {
  const foreign = Object.values<Program>(programs).filter(({ needs }) => needs.length > 0);
  if (foreign.some(({ module }) => reached.has(module))) return 'backends';
  return [...outside].some((name) => reached.has(name)) ? 'servers' : 'unit';
}

/** What a file imports, and what that imports in turn; of src/ only what is imported directly. */
function reachedFrom(file: string): Set<string> {
  const reached = new Set<string>();
  const left = [file];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (!next.endsWith('.ts') || next.startsWith('src/')) continue;
    for (const target of importsOf(next)) {
      if (reached.has(target)) continue;
      reached.add(target);
      left.push(target);
    }
  }
  return reached;
}

const known = new Map<string, string[]>();

function importsOf(file: string): string[] {
  const before = known.get(file);
  if (before) return before;
  const text = readFileSync(join(root, file), 'utf8');
  const statements = text.matchAll(/^(?:import|export)\s+(?!type\s)(?:[^'"`;]*?\sfrom\s+)?'([^']+)'/gm);
  const imports = [...statements].map(([, name = '']) =>
    name.startsWith('.') ? normalize(join(dirname(file), name)) : name,
  );
  known.set(file, imports);
  return imports;
}
