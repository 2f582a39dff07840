import { describe, expect, it } from 'vitest';
import { parseObjects } from '../../src/explain/yaml.ts';
import { run } from './run.ts';

const object = 'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n';

describe('what is no YAML is named with file and line', () => {
  it.each([
    ['a: "x', 'a quote, bracket or colon is missing', 2],
    ['a: *x', 'the alias has no anchor; a string that starts with "*" must be quoted', 1],
    ['a: @x', 'a string that starts with a reserved character must be quoted', 1],
    ['a: b: c', 'a string that contains ": " must be quoted', 1],
    ['a: {{ x }}', 'a key must be a string', 1],
    ['a:\n\t- b', 'indent with spaces, not with tabs', 2],
    ['a: 1\nb: 2\na: 3', 'the key is duplicated', 3],
    ['a: [1\nb: 2', 'the indentation is wrong', 2],
    [']', 'it cannot be parsed', 1],
  ])('%j', (text, sentence, line) => {
    const offset = 4;
    const { objects, errors } = parseObjects(`${object}---\n${text}\n`, 'x.yaml');
    expect(errors).toEqual([`x.yaml:${offset + line}: not valid YAML: ${sentence}`]);
    // The parser takes a stray bracket for the end of the document above it.
    expect(objects.map(({ at }) => at)).toEqual(text === ']' ? [] : ['x.yaml:1']);
  });
});

describe('what is no object', () => {
  it.each([
    'just text',
    '- a',
    'a: 1',
    'kind: Secret\nmetadata: {name: a}',
    'apiVersion: v1\nkind: Secret',
    '<<: 1',
  ])('%j', (text) => {
    expect(parseObjects(`---\n# a comment\n\n${text}\n`, 'x.yaml')).toEqual({
      objects: [],
      errors: ['x.yaml:4: not a Kubernetes object: it must have apiVersion, kind and metadata.name'],
    });
  });

  it('is also what multiplies itself', () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) => `l${level}: &l${level} [${`*l${level - 1}, `.repeat(9)}]`,
    );
    const bomb = `l: &l-1 [x]\n${levels.join('\n').replaceAll('*l-1', '*l-1')}`;
    expect(parseObjects(bomb, 'x.yaml')).toMatchObject({ objects: [], errors: [expect.any(String)] });
  });
});

it('reads several documents, empty ones, anchors, merges, JSON and Lists', () => {
  const text = `---\n---\n${object}---\nbase: &b {kind: Secret}\n<<: *b\napiVersion: v1\nmetadata: {name: b}\n---\n${JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'List',
      items: [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'c' } }],
    },
  )}\n---\n# only a comment\n`;
  const parsed = parseObjects(text, 'x.yaml');
  expect(parsed.objects.map(({ object: { metadata }, at }) => [metadata, at])).toEqual([
    [{ name: 'a' }, 'x.yaml:3'],
    [{ name: 'b' }, 'x.yaml:7'],
    [{ name: 'c' }, 'x.yaml:12'],
  ]);
});

it('collects every error of every file', async () => {
  const { code, out, err } = await run(['-', 'no-such', 'no-such-either'], { stdin: 'a: @\n---\nb\n' });
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err.split('\n')).toEqual([
    'explain: <stdin>:1: not valid YAML: a string that starts with a reserved character must be quoted',
    'explain: <stdin>:3: not a Kubernetes object: it must have apiVersion, kind and metadata.name',
    'explain: no-such: cannot be read: it does not exist',
    'explain: no-such-either: cannot be read: it does not exist',
    '',
  ]);
});

it('names a kind that its group does not have', async () => {
  const stdin =
    'apiVersion: dbhub.tas.io/v1alpha1\nkind: Databse\nmetadata: {name: a}\n---\napiVersion: dbhub.tas.io/v2\nkind: Database\nmetadata: {name: a}\n';
  expect((await run(['-'], { stdin })).err).toBe(
    'explain: <stdin>:1: there is no Databse in dbhub.tas.io/v1alpha1: dbhub.tas.io/v1alpha1 has Database and DBHubInstance\n' +
      'explain: <stdin>:5: there is no Database in dbhub.tas.io/v2: dbhub.tas.io/v1alpha1 has Database and DBHubInstance\n',
  );
});

it('says which of two counts', async () => {
  const instance = (replicas: number) =>
    `apiVersion: dbhub.tas.io/v1alpha1\nkind: DBHubInstance\nmetadata: {name: hub}\nspec: {replicas: ${replicas}}\n`;
  const { out } = await run(['-'], { stdin: `${instance(1)}---\n${instance(2)}` });
  expect(out).toContain('DBHubInstance "hub" is defined twice: <stdin>:6 is used, <stdin>:1 is ignored.');
  expect(out).toContain('0 of 2');
});
