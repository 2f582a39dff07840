import fc from 'fast-check';
import { expect, test } from 'vitest';
import { removeFolder, temporaryFolder } from '../../lab/process/server-process.ts';
import type { JsonObject } from '../../src/contract/kube.ts';
import { sourceId } from '../../src/servers/dbhub/dbhub-id.ts';
import { DatabaseSpec, DatabaseType, SslMode } from '../../src/servers/dbhub/dbhub-resource.ts';
import { serveInstance } from '../support/serve-instance.ts';
import { environmentConfig, instance, secret, worldOf } from '../support/world.ts';
import { databases, settings, supplies } from './databases.ts';
import { descriptionsOf, executeSql, type Policy } from './policies.ts';

/** Strings of exactly this form, and no longer than `maxLength`. */
const like = (form: RegExp, maxLength: number) => fc.stringMatching(form, { maxLength });

const label = /^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?$/;
const hostile = fc.constantFrom(
  ...Array.from('"\'\\\r\n\t#$%{}=[]\u00a0\u2028\ufeff\u202e\u200d\u{1f469}\ud7ff\u{10ffff}密é\u0301'),
  '"""',
  "'''",
  '[[sources]]',
  'id = "x"',
  '\\u0000',
);
const description = fc
  .array(fc.oneof(hostile, fc.string({ unit: 'grapheme', maxLength: 12 })), { maxLength: 30 })
  .map((parts) => parts.join(''));

/** Any Database that the API accepts; its password is as hostile as its description. */
const anyDatabase = fc
  .record({
    name: fc.oneof(like(label, 22), like(/^[a-z0-9]([-a-z0-9.]{0,250}[a-z0-9])?$/, 253)),
    password: fc.string({ unit: 'binary', minLength: 1, maxLength: 64 }),
    type: fc.constantFrom(...DatabaseType.exclude(['sqlite']).options),
    sslMode: fc.constantFrom(...SslMode.options),
    host: fc.oneof(
      like(/^([a-zA-Z0-9]{1,9}\.){0,3}[a-zA-Z]([-a-zA-Z0-9]{0,30}[a-zA-Z0-9])?$/, 80),
      fc.ipV4().map((address) => address.replace(/^[0-9]+/, '10')),
    ),
    database: like(/^[A-Za-z0-9_][A-Za-z0-9_.$/-]{0,127}$/, 128),
    port: fc.option(fc.integer({ min: 1, max: 65_535 })),
    connectionTimeout: fc.integer({ min: 1, max: 300 }),
    queryTimeout: fc.integer({ min: 1, max: 3600 }),
    description: fc.option(description),
    readOnly: fc.option(fc.boolean()),
    maxRows: fc.option(fc.integer({ min: 1, max: 100_000 })),
    caRef: fc.option(fc.constant({ name: 'authorities' })),
  })
  .map(({ name, password, ...fields }) => {
    const given = { ...fields, credentialsRef: { name } };
    const spec = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
    return { name, password, spec: spec as typeof fields };
  })
  .filter(({ spec }) => DatabaseSpec.safeParse(spec).success);

const some = fc.uniqueArray(anyDatabase, { selector: ({ name }) => name, minLength: 500, maxLength: 500 });

const policy: Policy = { readOnly: false, maxRows: 10_000, allowedOperations: ['execute_sql'] };

test('any Database that the API accepts is loaded', async () => {
  const [given = []] = fc.sample(some, { numRuns: 1, seed: 20_260_302 });
  const cases = given.map(({ name, password, spec }, index) => ({
    name,
    password,
    type: spec.type,
    spec: { ...spec, credentialsRef: { name: `of-${index}` } } as JsonObject,
    ...(password.includes('\0') && { reason: 'CredentialsUnsupported' as const }),
  }));
  const claim = await temporaryFolder('function-mcp-claim');
  const world = worldOf(instance('namespaced', { resourceSelector: {}, defaultPolicy: { ...policy } }), [
    environmentConfig(settings),
    ...supplies,
    ...databases('namespaced', cases),
    ...cases.map(({ password }, index) => secret(`of-${index}`, { username: `u${index}`, password })),
  ]);
  await using served = await serveInstance(world, { claims: { files: claim } });
  await using client = await served.connect();
  const tools = descriptionsOf(await client.listTools());
  await removeFolder(claim);
  const names = cases.map(({ name }) => sourceId(name));
  expect(names.filter((id) => id.length > 49 || !/^[a-z0-9_]+$/.test(id))).toEqual([]);
  expect(tools).toEqual(
    Object.fromEntries(
      cases.map((each, index) => [`execute_sql_${names[index]}`, executeSql(each, policy, names[index])]),
    ),
  );
});
