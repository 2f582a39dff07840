import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/contract/kube.ts';
import { AuthMethod, EngineType, engines } from '../../src/servers/search/engines.ts';
import { allowedIndices } from '../../src/servers/search/indices.ts';
import { engineId } from '../../src/servers/search/search-id.ts';
import { SearchEngineSpec } from '../../src/servers/search/search-resource.ts';
import { serveInstance } from '../support/serve-instance.ts';
import { everything, tenantOf } from './tenant.ts';

const like = (form: RegExp, maxLength: number) => fc.stringMatching(form, { maxLength });
const hostile = fc.constantFrom(
  ...Array.from(
    '"\'\\\r\n\t#$%{}=[]:-&*!|> \u00a0\u2028\ufeff\u202e\u200d\u{1f469}\ud7ff\u{10ffff}密é\u0301',
  ),
  '---\n',
  '- a: b',
  '\\u0000',
  '{ {.index}}',
);
const description = fc
  .array(fc.oneof(hostile, fc.string({ unit: 'grapheme', maxLength: 12 })), { maxLength: 30 })
  .map((parts) => parts.join(''));
const indexEntry = like(/^[A-Za-z0-9@=~äßé日ñЖ٣][A-Za-z0-9@=~äßé日ñЖ٣.+_-]{0,20}[*]?$/, 22);

/** Any SearchEngine that the API accepts, with a Secret as hostile as its description. */
const anyEngine = fc
  .record({
    name: fc.oneof(
      like(/^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?$/, 22),
      like(/^[a-z0-9]([-a-z0-9.]{0,250}[a-z0-9])?$/, 253),
    ),
    secret: fc.string({ unit: 'binary', minLength: 1, maxLength: 64 }),
    type: fc.constantFrom(...EngineType.options),
    host: like(/^([a-zA-Z0-9]{1,9}\.){0,3}[a-zA-Z]([-a-zA-Z0-9]{0,30}[a-zA-Z0-9])?$/, 80),
    port: fc.option(fc.integer({ min: 1, max: 65_535 })),
    sslMode: fc.constantFrom('disable', 'require', 'verify-full'),
    method: fc.option(fc.constantFrom(...AuthMethod.options)),
    basePath: fc.option(like(/^(\/[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,9}){1,3}$/, 40)),
    indices: fc.option(fc.array(indexEntry, { minLength: 1, maxLength: 8 })),
    queryTimeout: fc.integer({ min: 1, max: 300 }),
    maxHits: fc.option(fc.integer({ min: 1, max: 1000 })),
    description: fc.option(description),
  })
  .map(({ name, secret, method, ...fields }) => {
    const given = { ...fields, credentialsRef: { name: 'x', ...(method && { method }) } };
    const spec = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
    return { name, secret, spec: spec as JsonObject };
  })
  .filter(({ spec }) => SearchEngineSpec.safeParse(spec).success);

test('any SearchEngine that the API accepts is loaded, and every tool of it is there', async () => {
  const some = fc.uniqueArray(anyEngine, { selector: ({ name }) => name, minLength: 250, maxLength: 250 });
  const [given = []] = fc.sample(some, { numRuns: 1, seed: 20_260_302 });
  const world = tenantOf({
    engines: Object.fromEntries(
      given.map(({ name, spec }, index) => [
        name,
        { ...spec, credentialsRef: { ...(spec['credentialsRef'] as JsonObject), name: `of-${index}` } },
      ]),
    ),
    secrets: Object.fromEntries(
      given.map(({ secret }, index) => [
        `of-${index}`,
        { username: 'reader', password: secret, 'api-key': secret, token: secret },
      ]),
    ),
    instance: everything,
  });
  await using served = await serveInstance(world);
  const tools = (await (await served.connect()).listTools()).map(({ name }) => name);
  expect(tools.filter((name) => !/^[a-z0-9_]{1,64}$/.test(name))).toEqual([]);
  const status = served.reconciled.response.desired?.composite?.resource?.['status'] as {
    resources: { name: string; reason?: string }[];
  };
  const unusable = new Set(
    status.resources.flatMap(({ name, reason }) => (reason === 'CredentialsUnsupported' ? [name] : [])),
  );
  const has = (name: string) => tools.includes(`search_${engineId(name)}`);
  expect(given.filter(({ name }) => has(name) === unusable.has(name)).map(({ name }) => name)).toEqual([]);
  expect(unusable.size).toBeGreaterThan(10);
  expect(unusable.size).toBeLessThan(given.length - 50);
}, 120_000);

test('an index is allowed if it is listed, or begins as listed, and never if it is more than a name', () => {
  const part = fc.oneof(
    indexEntry,
    fc.constantFrom(
      '*',
      ',',
      '-',
      '<',
      '>',
      '/',
      '..',
      '%2C',
      '%2f',
      ':',
      '_all',
      '.x',
      ' ',
      '\n',
      '\\',
      '?',
    ),
    fc.string({ unit: 'grapheme', maxLength: 4 }),
  );
  const asked = fc.array(part, { maxLength: 4 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(
      fc.constantFrom(...EngineType.options),
      fc.array(indexEntry, { minLength: 1, maxLength: 5 }),
      fc.oneof(
        asked,
        fc.tuple(indexEntry, asked).map((parts) => parts.join('')),
      ),
      fc.nat(),
      (type, indices, free, choice) => {
        const entry = indices[choice % indices.length] ?? '';
        for (const name of [free, entry, `${entry.replace(/\*$/, '')}${free}`]) {
          const spec = SearchEngineSpec.parse({ type, host: 'x', indices });
          // what stands in these means the same in RE2
          const allowed = allowedIndices(spec).some((pattern) => new RegExp(pattern, 'u').test(name));
          const isName = engines[type].patterns
            ? /^[\p{L}\p{M}\p{N}@=~.+_-]+[*]?$/u.test(name) && !/^[.+_-]/.test(name)
            : /^[\p{L}\p{M}\p{N}@=~.+_-]+$/u.test(name) && !/^[.+_-]/.test(name);
          const isListed = indices.some((it) =>
            it.endsWith('*') ? name.startsWith(it.slice(0, -1)) : name === it,
          );
          expect({ name, allowed }).toStrictEqual({ name, allowed: isName && isListed });
        }
      },
    ),
    { numRuns: 2000 },
  );
});
