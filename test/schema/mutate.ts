import type { StructuralSchema } from '../../src/generate/structural.ts';

/**
 * A copy of an object with another value at a path such as `spec.tolerations[].key` or `spec.labels.*`:
 * of a list the first item is meant, of a map the first value. Missing maps between are made.
 */
export function at<T extends object>(object: T, path: string, value: unknown): T {
  const copy = structuredClone(object);
  const steps = path.split(/\.(?!\*)|(?=\[\])|(?=\.\*)/);
  const last = steps.pop() ?? '';
  let here = copy as Record<string, unknown>;
  for (const [index, step] of steps.entries()) {
    const key = keyOf(here, step);
    here[key] ??= (steps[index + 1] ?? last) === '[]' ? [] : {};
    here = here[key] as Record<string, unknown>;
  }
  here[keyOf(here, last)] = value;
  return copy;
}

function keyOf(object: Record<string, unknown>, step: string): string {
  if (step === '[]') return '0';
  return step === '.*' ? (Object.keys(object)[0] ?? 'key') : step;
}

/** Strings on both sides of every rule that there is for strings. */
const words: readonly string[] = [
  [
    '',
    'a',
    'A',
    'ab.cd',
    'a/b',
    '../x',
    '-a',
    'a-',
    'a_b',
    'a b',
    ' a',
    'a\n',
    '$',
    '{',
    '${A}',
    '{{a}}',
    '*',
  ],
  [
    'é',
    '💥',
    '\u0001',
    '\u007f',
    '\u0085',
    'a\nb',
    'a\tb',
    '\u2028',
    "'",
    '"',
    '\\',
    '%00',
    'a=b&c',
    '@',
    '#',
  ],
  ['30s', '29s', '90s', '1h', '0s', '5', '500m', '0.5', '1e3', '1Gi', '-1', '.5', '1.', '+1', '2.5Ki'],
  ['10.0.0.1', '::1', 'localhost', 'a..b', 'a.', 'xn--bcher-kva.example', 'a:1', 'a@sha256:1', 'system-x'],
  ['bytebase/dbhub:1.4.0', `r.io:5000/a/b@sha256:${'0'.repeat(64)}`, 'a//b', 'A/b'],
  ['kubernetes.io/a', 'a.k8s.io/b', 'tas.io/x', 'x.tas.io/y', 'mytas.io/y', 'a/b/c', '/a', 'a/'],
].flat();

/** Values to put in place of a schema's own: right ones, ones at the limits, wrong ones, of other types. */
export function candidates(schema: StructuralSchema): unknown[] {
  const { type, minimum = 0, maximum = 9, maxLength = 9, maxItems = 9, maxProperties = 9 } = schema;
  if (schema.enum) return [...schema.enum, 'nope', '', 1];
  if (schema['x-kubernetes-int-or-string']) return [...words, '1'.repeat(maxLength + 1), 0, -1, 5, 1.5, true];
  if (type === 'integer') return [minimum, maximum, minimum - 1, maximum + 1, 1.5, '5', true];
  if (type === 'boolean') return [true, false, 'true', 1];
  if (type === 'array')
    return [[], 'x', {}, [1], [{}], Array(maxItems).fill('a'), Array(maxItems + 1).fill('a')];
  if (type === 'string') {
    const limits = ['x', '💥'].flatMap((character) =>
      [maxLength, maxLength + 1].map((n) => character.repeat(n)),
    );
    return [...words, ...limits, 5, true, {}];
  }
  if (!schema.additionalProperties) return [{}, 'x', [], true];
  const entries = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'a']));
  const keys = [...words, ...[63, 64, 317, 318].map((length) => 'k'.repeat(length))];
  return [
    {},
    'x',
    [],
    entries(maxProperties),
    entries(maxProperties + 1),
    ...keys.flatMap((key) => [{ [key]: 'a' }, { [key]: 5 }]),
  ];
}
