import type { RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { filesOf } from '../../src/compose/files.ts';
import type { JsonObject } from '../../src/contract/kube.ts';
import { unusable } from '../../src/contract/reasons.ts';
import { Check, TargetsFile, targetsKey } from '../../src/contract/targets.ts';
import { bytesOf } from '../../src/plan/budget.ts';
import type { AnyServerType, ApiKind } from '../../src/servers/server-type.ts';
import { reconcile, settle, type World } from '../../src/simulate/reconcile.ts';
import { objectName } from '../support/arbitrary-world.ts';
import { run } from '../support/handler.ts';
import { leaksIn, outsideOfSecret } from '../support/secrets.ts';
import { objectsIn, worldIn } from '../support/tenant-yaml.ts';
import { complaintsAbout } from '../support/valid-objects.ts';
import { changed } from '../support/world.ts';

const flavours = ['claims', 'namespaced'] as const;

const composed = (response: RunFunctionResponse): [string, JsonObject][] =>
  Object.entries(response.desired?.resources ?? {}).map(([key, { resource }]) => [
    key,
    resource as JsonObject,
  ]);

const dataOf = (response: RunFunctionResponse, key: string): Record<string, string> =>
  (response.desired?.resources[key]?.resource?.['data'] ?? {}) as Record<string, string>;

const podTemplate = (response: RunFunctionResponse): unknown => {
  const spec = response.desired?.resources['deployment']?.resource?.['spec'] as JsonObject | undefined;
  return spec?.['template'];
};

/** Bytes of a file that belong to no Resource. */
const frame = 32;

const placeholdersIn = (text: string): string[] => [...new Set(text.match(/\$\{[^}]*\}/g))].sort();

/**
 * What holds for every server type: its test calls this with the folder of its example.
 * An example is a tenant's file with one Instance, and two Resources or more that it serves.
 */
export const testServerType = (type: AnyServerType, example: string): void => {
  const specs = objectsIn(example)
    .filter(({ kind }) => kind === type.resource.kind)
    .map(({ spec }) => type.resource.spec.parse(spec) as unknown);
  const spec = objectsIn(example).find(({ kind }) => kind === type.instance.kind)?.['spec'];
  const policy = type.policy(type.instance.spec.parse(spec));
  const placeholder = (purpose: string) => `\${X_${purpose}}`;
  const place = { host: 'x.example', addresses: 'inside' } as const;

  describe('the example', () => {
    test('parses, and has Resources to serve', () => {
      expect(specs.length).toBeGreaterThan(1);
    });

    test.each(flavours)(
      'is served: every Resource of it, at rest after a few reconciles (%s)',
      async (flavour) => {
        const { response, world } = await settle(run, worldIn(example, flavour, type));
        expect(response.results).toStrictEqual([]);
        expect(response.desired?.composite?.resource).toMatchObject({
          status: { phase: 'Running', selectedResources: specs.length },
        });
        expect((await reconcile(run, world)).response, 'idempotent').toStrictEqual(response);
        expect(dataOf(response, 'config')[type.configFile]).toBeTruthy();
      },
    );

    test.each(flavours)('becomes objects that the API server takes (%s)', async (flavour) => {
      for (const transport of ['http', 'sse', 'stdio']) {
        const world = worldIn(example, flavour, type);
        const composite = {
          ...world.composite,
          spec: { ...(world.composite['spec'] as JsonObject), transport },
        };
        const { response } = await reconcile(run, { ...world, composite });
        for (const [key, object] of composed(response))
          expect(complaintsAbout(object), `${transport} ${key}`).toStrictEqual([]);
      }
    });

    test('shows a secret in its one Secret alone', async () => {
      const secrets = objectsIn(example).flatMap(({ stringData }) =>
        Object.values((stringData ?? {}) as Record<string, string>),
      );
      const { response } = await reconcile(run, worldIn(example, 'claims', type));
      expect(secrets.length).toBeGreaterThan(0);
      expect(leaksIn(outsideOfSecret(response), secrets)).toStrictEqual([]);
    });

    test('has a value for every placeholder, and a placeholder for every value', async () => {
      const { response } = await reconcile(run, worldIn(example, 'claims', type));
      const { 'credentials-revision': _, 'auth-token': __, ...values } = dataOf(response, 'credentials');
      const text = Object.values(dataOf(response, 'config')).join('\n');
      expect(placeholdersIn(text)).toStrictEqual(
        Object.keys(values)
          .map((key) => `\${${key}}`)
          .sort(),
      );
    });

    test('restarts its pods when its configuration changes, and only then', async () => {
      const { response, world } = await settle(run, worldIn(example, 'namespaced', type));
      const resource = world.objects.find(({ kind }) => kind === type.resource.kind);
      const name = `${type.resource.kind}/${resource?.metadata.name}`;
      const with_ = (fields: JsonObject): World =>
        changed(world, name, (object) => ({ ...object, ...fields }));
      const described = with_({
        spec: { ...(resource?.['spec'] as JsonObject), description: 'Something else' },
      });
      expect(podTemplate((await reconcile(run, described)).response)).not.toStrictEqual(
        podTemplate(response),
      );
      const probed = with_({ status: { phase: 'Failed', reason: 'Timeout' } });
      expect(podTemplate((await reconcile(run, probed)).response)).toStrictEqual(podTemplate(response));
    });

    test.each(flavours)('has a status that its schema knows in full (%s)', async (flavour) => {
      const { response } = await settle(run, worldIn(example, flavour, type));
      const status = response.desired?.composite?.resource?.['status'];
      expect(unknownTo(type.instance.status, status)).toStrictEqual([]);
    });

    test('gives the probe a target for every Resource', async () => {
      const { response } = await settle(run, worldIn(example, 'claims', type));
      const file = TargetsFile.parse(JSON.parse(dataOf(response, 'probe-targets')[targetsKey] ?? ''));
      expect(file.targets).toHaveLength(specs.length);
      const keys = Object.keys(dataOf(response, 'credentials'));
      for (const { check } of file.targets) {
        for (const { key } of Object.values(check?.secrets ?? {})) expect(keys).toContain(key);
      }
    });
  });

  describe('an id', () => {
    test('is fit for placeholders, and of one name alone', () => {
      fc.assert(
        fc.property(fc.uniqueArray(fc.oneof(objectName, fc.string()), { maxLength: 30 }), (names) => {
          const ids = names.map((name) => type.id(name));
          for (const id of ids) expect(id).toMatch(/^[a-z0-9_]{1,64}$/);
          expect(new Set(ids).size).toBe(names.length);
        }),
      );
    });
  });

  describe('a Resource', () => {
    test.each(Object.keys(unusable) as (keyof typeof unusable)[])(
      'that is not usable (%s) brings no placeholder',
      (reason) => {
        const problem = { reason, message: 'A sentence.' };
        if (!type.keeps(problem)) return;
        for (const spec of specs) {
          const source = type.source({
            name: 'x',
            spec,
            policy,
            problem,
            place,
            placeholder,
          });
          expect(placeholdersIn(JSON.stringify(source))).toStrictEqual([]);
        }
      },
    );

    test('asks for each purpose once, and none ends another, so that placeholders never meet', () => {
      for (const spec of specs) {
        const purposes = (type.needs(spec).credentials?.values ?? []).map(({ purpose }) => purpose);
        for (const purpose of purposes) expect(purpose).toMatch(/^[A-Z][A-Z0-9_]*$/);
        expect(purposes.filter((a) => purposes.some((b) => b !== a && b.endsWith(`_${a}`)))).toStrictEqual(
          [],
        );
        expect(new Set(purposes).size).toBe(purposes.length);
      }
    });

    test('takes at most the bytes of the files that it is counted with', () => {
      const resource = fc.record({
        name: objectName,
        spec: fc.constantFrom(...specs),
        description: fc
          .string({ unit: 'grapheme', maxLength: 200 })
          .filter((it) => type.resource.spec.shape['description']?.safeParse(it).success === true),
      });
      fc.assert(
        fc.property(fc.uniqueArray(resource, { selector: ({ name }) => name, maxLength: 8 }), (all) => {
          const sources = all.map(({ name, spec, description }) =>
            type.source({ name, spec: { ...(spec as object), description }, policy, place, placeholder }),
          );
          const files = filesOf({ ...type, files: {} }, sources, {});
          const frames = filesOf({ ...type, files: {} }, [], {});
          const sizeOf = (texts: Record<string, string>) => Buffer.byteLength(Object.values(texts).join(''));
          const counted = sources.reduce((sum, source) => sum + bytesOf(source), 0);
          expect(sizeOf(files)).toBeLessThanOrEqual(sizeOf(frames) + frame + counted);
        }),
      );
    });

    test('is checked in the way that the probe understands', () => {
      for (const spec of specs) {
        const check = type.check({ spec, policy, place, secretKey: (purpose) => `X_${purpose}` });
        if (check) expect(Check.parse(check)).toStrictEqual(check);
      }
    });

    test('renders alike each time', () => {
      for (const spec of specs) {
        const input = { name: 'x', spec, policy, place, placeholder };
        expect(type.source(input)).toStrictEqual(type.source(input));
        expect(type.effective(spec, policy)).toStrictEqual(type.effective(spec, policy));
      }
    });
  });

  describe('the container', () => {
    test.each(['http', 'stdio'] as const)('of %s', (transport) => {
      const container = type.container({
        transport,
        address: '0.0.0.0',
        port: 8080,
        configDir: '/etc/mcp',
        configPath: '/etc/mcp/x',
        serviceNames: ['x'],
      });
      expect(container.args.every((arg) => typeof arg === 'string')).toBe(true);
      expect(Object.keys(container.env)).not.toContain('ID');
    });

    test('says how it serves', () => {
      const { healthPath, mcpPath, tokenEnv = 'NONE' } = type.serves;
      expect([healthPath, mcpPath].every((path) => path.startsWith('/'))).toBe(true);
      expect(tokenEnv).toMatch(/^[A-Z][A-Z0-9_]*$/);
    });
  });

  describe.each([
    ['resource', type.resource],
    ['instance', type.instance],
  ] as const)('the API of its %s', (_, api: ApiKind) => {
    test.each(['spec', 'status'] as const)('describes every field of its %s', (part) => {
      const schema = z.toJSONSchema(api[part], { io: 'input', unrepresentable: 'any' }) as JsonObject;
      expect(undescribed(schema)).toStrictEqual([]);
    });
  });
};

/** Fields without a description. */
const undescribed = (schema: JsonObject, path = ''): string[] => {
  const { properties = {}, items, additionalProperties, anyOf = [] } = schema as Record<string, never>;
  return [
    ...Object.entries(properties as Record<string, JsonObject>).flatMap(([name, field]) => [
      ...(typeof field['description'] === 'string' && field['description'] !== '' ? [] : [`${path}.${name}`]),
      ...undescribed(field, `${path}.${name}`),
    ]),
    ...[items, additionalProperties, ...(anyOf as never[])]
      .filter((it): it is never => typeof it === 'object')
      .flatMap((it) => undescribed(it, `${path}[]`)),
  ];
};

/** Paths in a value that a schema does not know, or whose values it refuses: the API server would prune them, or refuse all of it. */
const unknownTo = (schema: z.ZodObject, value: unknown): string[] => {
  const parsed = schema.safeParse(value);
  if (!parsed.success) return parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  const paths = (it: unknown, at = ''): string[] =>
    typeof it === 'object' && it !== null
      ? Object.entries(it).flatMap(([key, child]) => [`${at}.${key}`, ...paths(child, `${at}.${key}`)])
      : [];
  const known = new Set(paths(parsed.data));
  return paths(value).filter((path) => !known.has(path));
};
