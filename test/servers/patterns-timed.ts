/**
 * Tests every regular expression that meets what tenants write with texts that make it search for long, and prints those
 * whose processor time grows faster than the text.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import jsTokens from 'js-tokens';
import { InputSpec, PlatformSettings } from '../../src/schema/settings.ts';
import { serverTypes } from '../../src/servers/registry.ts';

const root = join(import.meta.dirname, '../..');

/** Literals in the code. */
const literals = globSync('src/{contract,schema,servers,plan,compose,function}/**/*.ts', { cwd: root })
  .flatMap((file) => [...jsTokens(readFileSync(join(root, file), 'utf8'))])
  .flatMap(({ type, value }) => (type === 'RegularExpressionLiteral' ? [value] : []));

/** Those in a schema, wherever zod keeps them. */
const patternsIn = (schema: unknown, seen = new Set<unknown>()): string[] => {
  if (typeof schema !== 'object' || schema === null || seen.has(schema)) return [];
  seen.add(schema);
  if (schema instanceof RegExp) return [String(schema)];
  const inner = '_zod' in schema ? (schema._zod as { def: object }).def : schema;
  return Object.values(inner).flatMap((child) => patternsIn(child, seen));
};

const schemas = [
  ...serverTypes.flatMap(({ resource, instance }) => [resource.spec, instance.spec]),
  PlatformSettings,
  InputSpec,
];

const heads = ['', '/', 'a', 'https://a', 'GET /', '"', '{', '-----BEGIN CERTIFICATE-----'];
const repeated = [
  'aA0-_./ \n=,:{[(*\\"$é\ud800'.split(''),
  'a-|a.|/a|0.|-a|/.|{}|1.1.|%41'.split('|'),
].flat();
const tails = ['', '!', '\0', '\n'];

const timeOf = (pattern: RegExp, text: string): number => {
  const before = process.threadCpuUsage();
  pattern.test(text);
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
};

for (const source of new Set([...literals, ...schemas.flatMap((schema) => patternsIn(schema))])) {
  const [, body = '', flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(source) ?? [];
  const pattern = new RegExp(body, flags.replace(/[gy]/g, ''));
  const slow = heads.some((head) =>
    repeated.some((piece) =>
      tails.some((tail) => {
        const text = (size: number) => head + piece.repeat(size / piece.length) + tail;
        // most are linear, and end here
        if (timeOf(pattern, text(16_384)) < 20) return false;
        return timeOf(pattern, text(16_384)) > 8 * timeOf(pattern, text(4096));
      }),
    ),
  );
  if (slow) process.stdout.write(`${source}\n`);
}
