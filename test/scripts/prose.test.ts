import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { repository } from '../../scripts/lib/release.ts';
import { lintProse } from '../../scripts/prose/lint.ts';
import { covers, phrases } from '../../scripts/prose/retired.ts';

/** Places of a text in each kind of file; `plain` says whether a reader sees it as prose. */
const places: { file: string; prose: boolean; put: (text: string) => string }[] = [
  { file: 'a.md', prose: true, put: (text) => `# Title\n\n${text}\n` },
  { file: 'a.md', prose: true, put: (text) => `- item\n- **bold** ${text}\n` },
  { file: 'a.md', prose: true, put: (text) => `| a | b |\n|---|---|\n| x | ${oneLine(text)} |\n` },
  { file: 'a.md', prose: true, put: (text) => `See [${text}](b.md).\n` },
  { file: 'a.md', prose: false, put: (text) => `Code:\n\n\`\`\`sh\n${text}\n\`\`\`\n` },
  { file: 'a.md', prose: false, put: (text) => `A \`${oneLine(text)}\` in code.\n` },
  { file: 'a.md', prose: false, put: (text) => `<!-- ${text} -->\n` },
  { file: 'a.ts', prose: true, put: (text) => `export const a = 1; // ${oneLine(text)}\n` },
  {
    file: 'a.ts',
    prose: true,
    put: (text) => `/**\n * ${text.replaceAll('\n', '\n * ')}\n */\nexport const a = 1;\n`,
  },
  {
    file: 'a.ts',
    prose: true,
    put: (text) => `// ${text.replaceAll('\n', '\n// ')}\nexport const a = /x'/;\n`,
  },
  { file: 'a.ts', prose: true, put: (text) => `export const a = ${JSON.stringify(oneLine(text))};\n` },
  { file: 'a.ts', prose: true, put: (text) => `export const a = (b: string) => \`\${b} ${text} \${b}\`;\n` },
  {
    file: 'a.go',
    prose: true,
    put: (text) => `package a\n\n// ${text.replaceAll('\n', '\n// ')}\nconst A = 'x'\n`,
  },
  { file: 'a.go', prose: true, put: (text) => `package a\n\nvar a = ${JSON.stringify(oneLine(text))}\n` },
  { file: 'a.yaml', prose: true, put: (text) => `a: 1\n# ${text.replaceAll('\n', '\n# ')}\n` },
  { file: 'a.yaml', prose: false, put: (text) => `${JSON.stringify(oneLine(text))}: "#"\n` },
];
const oneLine = (text: string) => text.replace(/\s+/g, ' ');

const retired = (file: string, text: string) =>
  lintProse(file, text).filter(({ message }) => message.includes('is retired'));

describe('the list', () => {
  test.each(phrases.map((phrase) => [phrase.example, phrase] as const))(
    'finds "%s"',
    (example, { instead }) => {
      expect(retired('a.md', example).map(({ message }) => message)).toContainEqual(
        expect.stringContaining(instead),
      );
    },
  );

  test('lets what it recommends pass', () => {
    expect(phrases.flatMap(({ instead }) => retired('a.md', instead))).toEqual([]);
  });

  test('covers files that exist', () => {
    expect(covers.length).toBeGreaterThan(3);
  });
});

test('a phrase is found wherever a person reads it, across line breaks, and nowhere else', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...phrases.map(({ example }) => example)),
      fc.constantFrom(...places),
      fc.constantFrom(' ', '\n'),
      fc.boolean(),
      (example, { file, prose, put }, space, capitals) => {
        const text = put((capitals ? example.toUpperCase() : example).replaceAll(' ', space));
        expect(retired(file, text).length > 0, text).toBe(prose);
      },
    ),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 300) },
  );
});

test('a finding has its line and column', () => {
  expect(lintProse('a.ts', 'const a = 1;\n\n/** It connects anew. */\n')).toEqual([
    { line: 3, column: 17, message: expect.stringContaining('"anew" is retired') },
  ]);
});

test('wrong articles and repeated words are found', () => {
  expect(lintProse('a.md', 'This is a engine. And and an database.\n').map(({ message }) => message)).toEqual(
    [
      expect.stringContaining('expected `an`'),
      expect.stringContaining('repeated `and`'),
      expect.stringContaining('expected `a`'),
    ],
  );
});

test('options with values and words that are spelt out are not errors', () => {
  const text = '// function-mcp render --config config --registry HOST host\n// an http URL, an https URL\n';
  expect(lintProse('a.ts', text)).toEqual([]);
});

test('a kind of file that it does not know is an error', () => {
  expect(() => lintProse('a.svg', '')).toThrow('a.svg');
});

describe('the command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'function-mcp-prose-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const check = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    const file = relative(repository, join(folder, name));
    const { status, stdout } = spawnSync(process.execPath, ['scripts/prose/main.ts', file], {
      cwd: repository,
    });
    return { status, stdout: String(stdout) };
  };

  test('passes a good file', () => {
    expect(check('good.md', '# Title\n\nSee [this page](good.md#title).\n')).toEqual({
      status: 0,
      stdout: '',
    });
  });

  test.each([
    ['a retired phrase', '# Title\n\nIt connects anew.\n', 'bad.md:3:13 "anew" is retired.'],
    ['bad Markdown', '# Title\n### Skipped\n', 'MD001'],
    ['a link to no file', '# Title\n\nSee [this](nowhere.md).\n', 'nowhere.md'],
    [
      'a link to no heading',
      '# Title\n\nSee [this](#nowhere) and [that](good.md#nowhere).\n',
      'good.md#nowhere',
    ],
  ])('fails on %s', (_title, text, finding) => {
    const { status, stdout } = check('bad.md', text);
    expect(status).toBe(1);
    expect(stdout).toContain(finding);
  });
});

test('npm run check calls it', () => {
  expect(readFileSync(join(repository, 'scripts/check.ts'), 'utf8')).toContain('scripts/prose/main.ts');
});
