import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { defaultPorts, SslMode } from '../../src/servers/dbhub/dbhub-resource.ts';
import { serverTypes } from '../../src/servers/registry.ts';
import { everyApi, isText, nodes } from './apis.ts';
import { type Verdict, verdicts } from './crdcheck.ts';
import { at, candidates } from './mutate.ts';
import { type Written, written } from './objects.ts';

const root = new URL('../..', import.meta.url).pathname;
const valid = (await Promise.all(serverTypes.map(({ name }) => written(`${name}/valid.yaml`)))).flat();

const named = (object: Omit<Written, 'metadata'>) => ({
  ...object,
  metadata: { name: 'some', namespace: 'tas-acme' },
});

describe.each(everyApi)('$title: the function and the API server', ({ api, flavour, schema }) => {
  const definition = join(root, 'apis', flavour, api.type, api.kind.plural, 'definition.yaml');
  const starts = valid.filter(({ kind }) => kind === api.kind.kind);
  const whole = starts.at(api.role === 'instance' ? -1 : 0) as Written;
  const below = nodes(schema).filter(({ path }) => path.startsWith('spec.'));

  it('judge every field alike, whatever stands in it, and fill in the same defaults', async () => {
    const objects = (api.role === 'instance' ? [whole] : starts).flatMap((start) =>
      below.flatMap((node) => candidates(node.schema).map((value) => at(start, node.path, value))),
    );
    const server = await verdicts(definition, [...starts, ...objects].map(named));
    const zod = [...starts, ...objects].map(({ spec }) => api.kind.spec.safeParse(spec));
    const different = zod.flatMap(({ data, error }, index) => {
      const { errors, object } = server[index] as Verdict;
      // The rules for claims are the API server's alone.
      const refused = errors.some((message) => !message.includes('Crossplane does not copy'));
      const same = refused
        ? error !== undefined
        : error === undefined && isDeepStrictEqual(data, object.spec);
      return same ? [] : [{ errors, issues: error?.issues, data, spec: object.spec }];
    });
    expect(different.slice(0, 3)).toEqual([]);
    expect(zod.filter(({ success }) => success).length).toBeGreaterThan(starts.length + 100);
    expect(zod.filter(({ success }) => !success).length).toBeGreaterThan(100);
  });

  it('refuse what servers interpolate in every string', async () => {
    const objects = below
      .filter(isText)
      .flatMap(({ path }) => ['a${B}', '{{a}}', '$${', '{{'].map((mark) => at(whole, path, mark)));
    const server = await verdicts(definition, objects.map(named));
    expect(server.filter(({ errors }) => errors.length === 0)).toEqual([]);
    expect(objects.filter(({ spec }) => api.kind.spec.safeParse(spec).success)).toEqual([]);
  });
});

type Choices = readonly (readonly Record<string, unknown>[])[];

/** What the rules between the fields of a Resource look at. */
const choices: Readonly<Record<string, Choices>> = {
  Database: [
    Object.keys(defaultPorts).map((type) => ({ type })),
    [{}, ...SslMode.options.map((sslMode) => ({ sslMode }))],
    ['app', 'a/b', 'a..b'].map((database) => ({ database })),
    [{}, { host: 'db' }],
    [{}, { port: 99 }],
    [{}, { credentialsRef: { name: 'c' } }],
    [{}, { persistentVolumeClaim: 'v' }],
    [{}, { caRef: { name: 'ca' } }],
  ],
  StorageBucket: [
    [{ credentialsRef: { name: 'c' } }],
    ['orders', 'orders.example.com'].map((bucket) => ({ bucket })),
    [{}, ...['http://minio', 'https://minio:9000', 'https://10.0.0.7'].map((endpoint) => ({ endpoint }))],
    [{}, ...['eu-central-1', 'garage', 'eu-central-', 'us-gov-west-1'].map((region) => ({ region }))],
    [{}, { pathStyle: true }, { pathStyle: false }],
    [{}, ...SslMode.options.map((sslMode) => ({ sslMode }))],
    [{}, { caRef: { name: 'ca' } }],
  ],
};

describe.each(everyApi.filter(({ api }) => Object.hasOwn(choices, api.kind.kind)))(
  '$title',
  ({ api, flavour }) => {
    it('has the same rules between fields, over all their combinations', async () => {
      const { kind } = api.kind;
      const specs = combinations(choices[kind] ?? []);
      const definition = join(root, 'apis', flavour, api.type, api.kind.plural, 'definition.yaml');
      const apiVersion = `${api.group}/${api.version}`;
      const server = await verdicts(
        definition,
        specs.map((spec) => named({ apiVersion, kind, spec })),
      );
      const zod = specs.map((spec) => api.kind.spec.safeParse(spec).error?.issues ?? []);
      expect(
        server.map(({ errors }) => errors.map((said) => said.replace('spec: Invalid value: ', '')).sort()),
      ).toEqual(zod.map((issues) => issues.map(({ message }) => message).sort()));
      expect(zod.filter((issues) => issues.length === 0).length).toBeGreaterThan(20);
    });
  },
);

/** Every choice of one object per list, merged. */
const combinations = (lists: Choices) =>
  lists.reduce<Record<string, unknown>[]>(
    (chosen, list) => chosen.flatMap((left) => list.map((right) => ({ ...left, ...right }))),
    [{}],
  );
