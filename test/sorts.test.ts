import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { programs } from '../lab/programs.ts';
import { type Sort, sortTests } from './sorts.ts';

const tests = sortTests('linux-x64');
const of = (sort: Sort) => tests.filter((test) => test.sort === sort);

test('there are tests of every sort, and each starts what a sort of its kind may', () => {
  expect(of('unit').length).toBeGreaterThan(40);
  expect(of('servers').length).toBeGreaterThan(30);
  expect(of('backends').length).toBeGreaterThan(5);
  expect(of('unit').flatMap((test) => test.programs)).toEqual([]);
  expect(of('servers').flatMap((test) => test.programs.flatMap(({ needs }) => needs))).toEqual([]);
  expect(of('backends').filter((test) => test.programs.every(({ needs }) => needs.length === 0))).toEqual([]);
});

test('every program is started by a test, and those of npm by one that npm suffices for', () => {
  for (const program of Object.values(programs)) {
    const users = tests.filter((test) => test.programs.includes(program));
    expect(users, program.name).not.toEqual([]);
    if (program.needs.length === 0)
      expect(
        users.map(({ sort }) => sort),
        program.name,
      ).toContain('servers');
  }
});

describe('a unit test', () => {
  test.each(of('unit').map(({ file }) => file))('%s measures no time', (file) => {
    expect(readFileSync(file, 'utf8')).not.toMatch(
      /performance\s*\.\s*now|Date\s*\.\s*now\(\)\s*-|-\s*Date\s*\.\s*now\(/,
    );
  });

  test('cannot start a process or listen', async () => {
    const { spawn, execFileSync } = await import('node:child_process');
    const { createServer } = await import('node:net');
    expect(() => spawn('true')).toThrow(/must not start a process/);
    expect(() => execFileSync('true')).toThrow(/must not start a process/);
    expect(() => createServer().listen(0)).toThrow(/must not listen/);
  });
});

test('what a platform cannot run is known by name, and why', () => {
  const left = (platform: string) =>
    sortTests(platform).flatMap(({ file, impossible }) => (impossible ? [{ file, impossible }] : []));
  expect(left('linux-x64')).toEqual([]);
  expect(left('darwin-arm64').map(({ file }) => file)).toContain('test/probe/drivers/mysql.test.ts');
  expect(left('darwin-arm64').map(({ file }) => file)).not.toContain('test/toolbox/toolbox.test.ts');
  expect(left('linux-arm64')).toContainEqual({
    file: 'test/toolbox/toolbox.test.ts',
    impossible: 'MCP Toolbox is available only on linux-x64, darwin-x64, darwin-arm64',
  });
});
