/** Fields of a Database that its Secret provides are read and judged like fields of its spec. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/contract/kube.ts';
import { settle, type World } from '../../../src/simulate/reconcile.ts';
import { run } from '../../support/handler.ts';
import { forms, places, specIn } from '../../support/secret-forms.ts';
import {
  database,
  environmentConfig,
  everythingAllowed,
  instance,
  secret,
  worldOf,
} from '../../support/world.ts';

const worldWith = (
  spec: JsonObject,
  data: Record<string, string>,
  reach: JsonObject = { allowedHosts: ['*'] },
): World =>
  worldOf(instance('namespaced'), [
    environmentConfig({ ...everythingAllowed, reach }),
    database('namespaced', 'shop', {
      host: undefined,
      database: undefined,
      ...spec,
    } as unknown as JsonObject),
    secret('shop-db', data),
  ]);

/** What the pods get, and what the Instance reports for the Database. */
const rendered = async (world: World) => {
  const clean = JSON.parse(JSON.stringify(world)) as World;
  const { world: after, response } = await settle(run, clean);
  const { 'credentials-revision': _, ...values } = (after.observed['credentials']?.['data'] ??
    {}) as JsonObject;
  const config = (after.observed['config']?.['data'] as Record<string, string> | undefined)?.['dbhub.toml'];
  return {
    config,
    values,
    text: JSON.stringify([config, response.results, response.conditions, after.returnedStatus]),
    entry: (after.returnedStatus?.['resources'] as JsonObject[] | undefined)?.[0],
  };
};

const label = fc.stringMatching(/^[a-z]([-a-z0-9]{0,10}[a-z0-9])?$/);
const anything = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((text) => !text.includes('\0') && text.isWellFormed());
const target = fc.record({
  type: fc.constantFrom('postgres', 'mysql', 'mariadb', 'sqlserver', 'oracle'),
  host: fc.tuple(label, label).map(([one, other]) => `${one}.${other}.example.com`),
  port: fc.integer({ min: 1, max: 65_535 }),
  database: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.$-]{0,20}$/),
  // a user name in a spec has no control characters and no marks
  username: anything.filter((text) => !/\p{Cc}/u.test(text) && !text.includes('${') && !text.includes('{{')),
  password: anything,
});

describe('a Database is served as if its spec had what its Secret has', () => {
  test.each(Object.entries(forms))('%s', async (_, form) => {
    await fc.assert(
      fc.asyncProperty(
        target.filter(({ type }) => form.types?.includes(type) !== false),
        async (it) => {
          const { type, host, port, database: name, username, password } = it;
          const plain = { type, host, port, database: name, credentialsRef: { name: 'shop-db' } };
          const wanted = await rendered(worldWith(plain, { username, password }));
          const found = await rendered(worldWith(specIn(form, it), form.texts(it)));
          expect(wanted.config).toContain(`@${host}:${port}/${name}`);
          expect(found.config).toBe(wanted.config);
          expect(found.values).toStrictEqual(wanted.values);
        },
      ),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 10) },
    );
  });

  test('what the spec sets has precedence', async () => {
    const data = { uri: 'postgresql://app:secret@db-rw.example.com:5432/app?sslmode=disable' };
    const spec = { host: 'pooler.example.com', credentialsRef: { name: 'shop-db', uriKey: 'uri' } };
    expect((await rendered(worldWith(spec, data))).config).toContain(
      '@pooler.example.com:5432/app?sslmode=disable',
    );
    const strict = { ...spec, sslMode: 'require', database: 'orders', port: 6432 };
    expect((await rendered(worldWith(strict, data))).config).toContain(
      '@pooler.example.com:6432/orders?sslmode=require',
    );
  });
});

const canary = 'c4n4ry';
const uri = (text: string, type = 'postgres') => ({
  spec: { type, credentialsRef: { name: 'shop-db', uriKey: 'uri' } },
  data: { uri: text },
});
const keys = (data: Record<string, string>, more: JsonObject = {}) => ({
  spec: { credentialsRef: { name: 'shop-db', ...places, ...more } },
  data: { host: 'db.example.com', port: '5432', dbname: 'app', username: 'app', password: canary, ...data },
});

/** Texts that no connection can be made of, or not the one that they mean. */
const unusable: Record<string, { spec: JsonObject; data: Record<string, string> }> = {
  'another product': uri(`mysql://app:${canary}@db.example.com/app`),
  'no scheme': uri(`app:${canary}@db.example.com/app`),
  'a user alone': uri(`postgres://${canary}@db.example.com/app`),
  'several hosts': uri(`postgres://app:${canary}@a.example.com:5432,b.example.com:5432/app`),
  'an IPv6 address': uri(`postgres://app:${canary}@[::1]:5432/app`),
  'a socket': uri(`postgres://app:${canary}@/app?host=/var/run`),
  'a host in the parameters': uri(`postgres://app:${canary}@db.example.com/app?host=169.254.169.254`),
  'a port in the parameters': uri(`postgres://app:${canary}@db.example.com/app?port=22`),
  'a certificate': uri(`postgres://app:${canary}@db.example.com/app?sslcert=/etc/passwd`),
  'no database': uri(`postgres://app:${canary}@db.example.com`),
  'a line break at the end': uri(`postgres://app:${canary}@db.example.com/app\n`),
  'a # in the password': uri(`postgres://app:${canary}#@db.example.com/app`),
  'bad percent-encoding': uri(`postgres://app:${canary}%zz@db.example.com/app`),
  'a path in the database': uri(`postgres://app:${canary}@db.example.com/app/more`),
  'an interpolation mark': uri(`postgres://app:${canary}@db.example.com/$%7Bx%7D`),
  'a host with a line break': keys({ host: 'db.example.com\n' }),
  'a host with a scheme': keys({ host: 'https://db.example.com' }),
  'a port of letters': keys({ port: `${canary}` }),
  'a port that is too large': keys({ port: '65536' }),
  'a database with a path': keys({ dbname: '../app' }),
  'an empty host': keys({ host: '' }),
  'no such key': keys({}, { hostKey: 'address' }),
  'no JSON': { ...keys({}, { jsonKey: 'password' }) },
  'JSON without the field': keys({ json: `{"host":"db.example.com","${canary}":1}` }, { jsonKey: 'json' }),
  'JSON with an object': keys(
    { json: JSON.stringify({ host: { [canary]: 1 }, port: 1, dbname: 'app', username: 'a', password: 'b' }) },
    { jsonKey: 'json' },
  ),
};

describe('what cannot be used is refused with a reason, and nothing of the Secret is told', () => {
  test.each(Object.entries(unusable))('%s', async (_, { spec, data }) => {
    const { entry, text } = await rendered(worldWith(spec, data));
    expect(entry?.['reason']).toMatch(/^(CredentialsUnsupported|SecretKeyMissing)$/);
    expect(entry?.['message']).toMatch(/^(Secret|Keys?) "/);
    expect(text).not.toContain(canary);
    expect(text).not.toContain('169.254');
  });

  test('a host is judged like a host in the spec', async () => {
    const reach = { allowedHosts: ['*.example.com'] };
    const allowed = await rendered(worldWith(keys({}).spec, keys({}).data, reach));
    expect(allowed.entry?.['reason']).not.toBe('HostNotAllowed');
    for (const host of ['169.254.169.254', 'kubernetes.default.svc', 'db.example.org', 'localhost']) {
      const { spec, data } = keys({ host });
      expect((await rendered(worldWith(spec, data, reach))).entry?.['reason']).toBe('HostNotAllowed');
      const other = uri(`postgres://app:x@${host}/app`);
      expect((await rendered(worldWith(other.spec, other.data, reach))).entry?.['reason']).toBe(
        'HostNotAllowed',
      );
    }
  });
});
