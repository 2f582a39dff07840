import toml from '@iarna/toml';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encode } from '../../src/plan/encoding.ts';
import { substitute } from '../../src/renderer/substitute.ts';
import { databaseSource, dbhubToml } from '../../src/servers/dbhub/dbhub-config.ts';
import { sourceId } from '../../src/servers/dbhub/dbhub-id.ts';
import { DbhubPolicy, Operation } from '../../src/servers/dbhub/dbhub-instance.ts';
import { DatabaseSpec, defaultPorts } from '../../src/servers/dbhub/dbhub-resource.ts';
import type { Place } from '../../src/servers/server-type.ts';
import { objectName, text } from '../support/arbitrary-world.ts';

const placeOf = ({ host = '' }: DatabaseSpec): Place => ({ host, addresses: 'inside' });

/** Every description that the API accepts. */
const description = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      fc.string({ unit: 'binary', maxLength: 10 }),
      fc.constantFrom(
        '"',
        '"""',
        "'''",
        '\\',
        '\\u0041',
        '\n',
        '\r\n',
        '\t',
        '#',
        '[[sources]]',
        '=',
        '$',
        '{',
        '\u2028',
        '\ufeff',
        '\u0085',
        '👩‍💻',
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''))
  .filter((it) => DatabaseSpec.shape.description.safeParse(it).success);

const spec = fc
  .record(
    {
      type: fc.constantFrom('postgres', 'mysql', 'mariadb', 'sqlserver', 'oracle'),
      host: fc.stringMatching(/^([a-zA-Z0-9]{1,9}\.){0,3}[a-zA-Z]([-a-zA-Z0-9]{0,9}[a-zA-Z0-9])?$/),
      port: fc.integer({ min: 1, max: 65_535 }),
      database: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.$-]{0,20}$/),
      connectionTimeout: fc.integer({ min: 1, max: 300 }),
      queryTimeout: fc.integer({ min: 1, max: 3600 }),
      sslMode: fc.constantFrom('disable', 'require'),
      readOnly: fc.boolean(),
      maxRows: fc.integer({ min: 1, max: 100_000 }),
      description,
    },
    { requiredKeys: ['type', 'host', 'database'] },
  )
  .map((fields) => DatabaseSpec.parse({ ...fields, credentialsRef: { name: 'x' } }));

const policy = fc
  .record(
    {
      readOnly: fc.boolean(),
      maxRows: fc.integer({ min: 1, max: 100_000 }),
      allowedOperations: fc.subarray([...Operation.options], { minLength: 1 }),
    },
    { requiredKeys: [] },
  )
  .map((fields) => DbhubPolicy.parse(fields));

const databases = fc.uniqueArray(fc.record({ name: objectName, spec, username: text, password: text }), {
  maxLength: 5,
  minLength: 1,
  selector: ({ name }) => name,
});

const placeholder = (name: string) => (purpose: string) => `\${${sourceId(name).toUpperCase()}_${purpose}}`;

interface Config {
  sources: Record<string, string | number | boolean>[];
  tools: Record<string, string | number | boolean>[];
}

/** As DBHub reads it: with its own parser. */
const read = (config: string): Config => JSON.parse(JSON.stringify(toml.parse(config))) as Config;

describe('what DBHub reads from its configuration', () => {
  test('is what the Databases and the policy say, whatever they say', () => {
    fc.assert(
      fc.property(databases, policy, (all, policy) => {
        const config = dbhubToml(
          all.map(
            ({ name, spec }) =>
              databaseSource({ name, spec, policy, place: placeOf(spec), placeholder: placeholder(name) })
                .texts,
          ),
        );
        expect(read(config)).toStrictEqual({
          sources: all.map(({ name, spec }) => ({
            id: sourceId(name),
            ...(spec.description !== undefined && { description: spec.description }),
            lazy: true,
            dsn: `${spec.type}://${placeholder(name)('USERNAME')}:${placeholder(name)('PASSWORD')}@${spec.host}:${spec.port ?? defaultPorts[spec.type]}/${spec.database}?sslmode=${spec.sslMode}`,
            connection_timeout: spec.connectionTimeout,
            query_timeout: spec.queryTimeout,
          })),
          tools: all.flatMap(({ name, spec }) =>
            policy.allowedOperations.map((tool) => ({
              name: tool,
              source: sourceId(name),
              ...(tool === 'execute_sql' && {
                readonly: (policy.readOnly ?? true) || spec.readOnly === true,
                max_rows: Math.min(spec.maxRows ?? policy.maxRows, policy.maxRows),
              }),
            })),
          ),
        });
      }),
      { numRuns: 300 },
    );
  });

  test('is the very user and password of each, once the init container has put them in', () => {
    fc.assert(
      fc.property(databases, policy, (all, policy) => {
        const usable = all.filter(({ username, password }) => username !== '' && password !== '');
        const values = Object.fromEntries(
          usable.flatMap(({ name, username, password }) =>
            Object.entries({ USERNAME: username, PASSWORD: password }).map(([purpose, value]) => [
              placeholder(name)(purpose).slice(2, -1),
              encode(value, 'percent') ?? expect.unreachable(),
            ]),
          ),
        );
        const template = dbhubToml(
          usable.map(
            ({ name, spec }) =>
              databaseSource({ name, spec, policy, place: placeOf(spec), placeholder: placeholder(name) })
                .texts,
          ),
        );
        const rendered = substitute(template, values);
        if (!rendered.ok) throw new Error(rendered.error);
        if (usable.length === 0) return;
        const { sources } = read(rendered.value);
        for (const [index, { spec, username, password }] of usable.entries()) {
          const dsn = String(sources[index]?.['dsn']);
          expect(dsn, 'nothing left that DBHub would interpolate').not.toContain('${');
          const [, userInfo = '', host] =
            /^[a-z]+:\/\/([^@]*)@([^:]*):[0-9]+\/[^?]*\?sslmode=[a-z]+$/.exec(dsn) ?? [];
          expect(userInfo.split(':').map(decodeURIComponent)).toStrictEqual([username, password]);
          expect(host).toBe(spec.host);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('has no key that DBHub does not know, as it would ignore one in silence', () => {
    const known = {
      sources: [
        'id',
        'description',
        'lazy',
        'dsn',
        'connection_timeout',
        'query_timeout',
        'sslmode',
        'sslrootcert',
      ],
      tools: ['name', 'source', 'readonly', 'max_rows'],
    };
    const withCa = DatabaseSpec.parse({
      type: 'postgres',
      host: 'db',
      database: 'db',
      sslMode: 'verify-full',
      credentialsRef: { name: 'x' },
      caRef: { name: 'x' },
      description: 'x',
    });
    const { texts } = databaseSource({
      name: 'db',
      spec: withCa,
      policy: DbhubPolicy.parse({ allowedOperations: Operation.options }),
      caPath: '/etc/mcp/ca.pem',
      place: placeOf(withCa),
      placeholder: placeholder('db'),
    });
    const { sources, tools } = read(dbhubToml([texts]));
    expect(new Set(sources.flatMap(Object.keys))).toStrictEqual(new Set(known.sources));
    expect(new Set(tools.flatMap(Object.keys))).toStrictEqual(new Set(known.tools));
  });
});

describe('the id of a source', () => {
  test.each([
    { reason: 'a dash becomes an underscore, as DBHub would make it one', name: 'shop-eu', want: 'shop_eu' },
    { reason: 'a dot is not plain', name: 'shop.eu', want: expect.stringMatching(/^shop_eu_[0-9a-f]{8}$/) },
    {
      reason: 'an underscore in a name is not a dash',
      name: 'shop_eu',
      want: expect.stringMatching(/^shop_eu_[0-9a-f]{8}$/),
    },
    {
      reason: 'a name like a hashed id is hashed',
      name: 'shop-0123abcd',
      want: expect.stringMatching(/^shop_0123abcd_[0-9a-f]{8}$/),
    },
    { reason: '49 characters fit', name: 'x'.repeat(49), want: 'x'.repeat(49) },
    { reason: '50 do not', name: 'x'.repeat(50), want: expect.stringMatching(/^x{40}_[0-9a-f]{8}$/) },
    { reason: 'nothing but strange characters', name: '---', want: '___' },
  ])('$reason', ({ reason, name, want }) => {
    expect(sourceId(name), reason).toStrictEqual(want);
    expect(`search_objects_${sourceId(name)}`.length).toBeLessThanOrEqual(64);
  });
});
