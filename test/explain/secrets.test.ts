import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { given, run } from './run.ts';

const canary = 'c4nary';

/** A value that stands out wherever it gets to, in whatever encoding. */
const value = fc
  .tuple(fc.string({ unit: 'binary', maxLength: 12 }), fc.string({ maxLength: 12 }))
  .map(([before, after]) => `${before}${canary}-7f3a9${after}`);

const traces = (values: readonly string[]): string[] => [
  canary,
  ...values.flatMap((text) => [btoa(String.fromCharCode(...Buffer.from(text))), encodeURIComponent(text)]),
];

const meta = (name: string) => ({ name, namespace: 'tas-acme' });
const api = 'dbhub.tas.io/v1alpha1';
const database = (name: string, secret: string) => ({
  apiVersion: api,
  kind: 'Database',
  metadata: meta(name),
  spec: { type: 'postgres', host: `${name}.example.com`, database: name, credentialsRef: { name: secret } },
});
const ours = {
  'app.kubernetes.io/managed-by': 'function-mcp',
  'app.kubernetes.io/instance': 'hub',
  'app.kubernetes.io/name': 'dbhub',
  'tas.io/tenant': 'acme',
};

/** A tenant whose every Secret, used, unused or observed, holds the values. */
const objectsWith = ([first = '', second = '', third = '']: readonly string[], observedOurs: boolean) => {
  const secret = (name: string, rest: object) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: meta(name),
    ...rest,
  });
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return {
    files: [
      {
        apiVersion: api,
        kind: 'DBHubInstance',
        metadata: meta('hub'),
        spec: { authTokenRef: { name: 'token' } },
      },
      database('shop', 'plain'),
      database('crm', 'encoded'),
      database('stock', 'unlike'),
      database('lost', 'nowhere'),
      secret('plain', { stringData: { username: first, password: second } }),
      secret('encoded', {
        data: { username: base64(second), password: base64(third), unused: base64(first) },
      }),
      secret('unlike', { data: { username: [first], password: { [second]: third } }, stringData: [third] }),
      secret('token', { stringData: { token: third } }),
    ],
    observed: [
      {
        ...secret('hub-creds', {
          data: { SHOP_PASSWORD: base64(first), CRM_PASSWORD: base64(third), OLD: second },
        }),
        metadata: {
          ...meta('hub-creds'),
          ...(observedOurs && { labels: ours }),
          annotations: {
            'crossplane.io/composition-resource-name': 'credentials',
            'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ data: { a: first } }),
            'example.com/note': second,
          },
        },
      },
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { ...meta('hub-config'), ...(observedOurs && { labels: ours }) },
        data: observedOurs ? { 'other.toml': third } : { 'dbhub.toml': `dsn = "postgres://u:${third}@h/d"` },
      },
    ],
  };
};

const yaml = (objects: readonly object[]): string => objects.map((object) => stringify(object)).join('---\n');

const withoutTrace = async (files: string, observed: string, values: readonly string[]): Promise<void> => {
  for (const options of [{}, { json: true }, { full: true, color: 'always' as const, width: 40 }]) {
    const fromFiles = await run(['-'], { stdin: files, ...options });
    const compared = await run(['-', given('tenant.yaml')], {
      stdin: `${files}\n---\n${observed}`,
      ...options,
    });
    for (const { code, out, err } of [fromFiles, compared]) {
      expect([0, 1, 2]).toContain(code);
      for (const trace of traces(values)) expect((out + err).includes(trace)).toBe(false);
    }
  }
};

it('never shows the value of a Secret', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(value, { minLength: 3, maxLength: 3 }),
      fc.boolean(),
      async (values, observedOurs) => {
        const { files, observed } = objectsWith(values, observedOurs);
        await withoutTrace(yaml(files), yaml(observed), values);
      },
    ),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 20) },
  );
});

it('never shows it in what it says of broken YAML', async () => {
  const noise = fc.constantFrom(
    '"',
    "'",
    '{',
    '}',
    '[',
    ']',
    ':',
    ': ',
    '*',
    '&',
    '!',
    '|',
    '>',
    '%',
    '@',
    '`',
    '\t',
    '#',
    '- ',
    '\n',
    '',
  );
  const broken = fc.array(fc.tuple(fc.nat(), noise, fc.nat({ max: 1 })), { minLength: 1, maxLength: 3 });
  const plain = fc
    .constantFrom('', '*', '&', '!', '%', '@', '{{ ', '"', '`', '- ')
    .map((mark) => `${mark}${canary}-7f3a9`);
  let failures = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(plain, { minLength: 3, maxLength: 3 }), broken, async (values, edits) => {
      const { files, observed } = objectsWith(values, true);
      // values unquoted, as people write them
      let text = values.reduce((all, each) => all.replaceAll(JSON.stringify(each), each), yaml(files));
      for (const [position, insert, remove] of edits) {
        const at = position % text.length;
        text = text.slice(0, at) + insert + text.slice(at + remove);
      }
      if ((await run(['-'], { stdin: text })).code === 2) failures++;
      await withoutTrace(text, yaml(observed), values);
    }),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 50) },
  );
  expect(failures).toBeGreaterThan(10);
});

it('explains whatever one of our objects contains, or says what is wrong', async () => {
  const json = fc.jsonValue({ maxDepth: 3 });
  const object = fc.record({
    kind: fc.constantFrom('DBHubInstance', 'XDBHubInstance', 'Database', 'XDatabase'),
    spec: fc.oneof(
      json,
      fc.record({ claimRef: json, resourceSelector: json, credentialsRef: json }, { requiredKeys: [] }),
    ),
    labels: json,
    status: json,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(object, { minLength: 1, maxLength: 5 }), async (objects) => {
      const stdin = yaml(
        objects.map(({ kind, spec, labels, status }, index) => ({
          apiVersion: api,
          kind,
          metadata: { name: `n${index}`, labels },
          spec,
          status,
        })),
      );
      for (const options of [{}, { json: true }]) {
        const { code, out, err } = await run(['-'], { stdin, ...options });
        expect([0, 1, 2]).toContain(code);
        expect(out + err).not.toBe('');
      }
    }),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 100) },
  );
});
