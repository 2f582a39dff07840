import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/contract/kube.ts';
import { authorityOf } from '../../src/plan/authority.ts';
import { maxCertificates, readAuthority } from '../../src/plan/ca.ts';
import { authority, base64 } from '../support/world.ts';

const one = authority();
const other = authority('another-authority');

const subjects = (pem: string | undefined): string[] =>
  (pem ?? '')
    .split(/(?<=-----END CERTIFICATE-----\n)/)
    .flatMap((it) => (it ? [new X509Certificate(it).subject] : []));

describe('the certificates in a file', () => {
  test.each([
    { reason: 'one', file: one, want: ['CN=Example authority'] },
    {
      reason: 'a chain, in its order',
      file: other + one,
      want: ['CN=Another authority', 'CN=Example authority'],
    },
    { reason: 'line ends of Windows', file: one.replaceAll('\n', '\r\n'), want: ['CN=Example authority'] },
    {
      reason: 'comments and a private key around them stay behind',
      file: `# hush\n-----BEGIN PRIVATE KEY-----\nhush\n-----END PRIVATE KEY-----\n${one}hush`,
      want: ['CN=Example authority'],
    },
    {
      reason: 'as many as a cloud has',
      file: one.repeat(maxCertificates),
      want: Array(200).fill('CN=Example authority'),
    },
  ])('are all that is taken of it: $reason', ({ reason, file, want }) => {
    const read = readAuthority(file);
    const taken = read.ok ? read.value : '';
    expect(subjects(taken), reason).toStrictEqual(want);
    expect(taken).not.toContain('hush');
  });

  test.each([
    { reason: 'nothing', file: '' },
    { reason: 'text', file: 'no certificate' },
    { reason: 'a key alone', file: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----' },
    { reason: 'too many', file: one.repeat(maxCertificates + 1) },
    { reason: 'one that is cut off', file: one.slice(0, 300) },
    { reason: 'one that is not one', file: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' },
    {
      reason: 'a broken one after a good one',
      file: `${one}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----`,
    },
  ])('are refused as a whole: $reason', ({ reason, file }) => {
    expect(readAuthority(file), reason).toStrictEqual({
      ok: false,
      error: 'must contain 1 to 200 certificates in PEM',
    });
  });
});

test('a certificate that is longer than any real one is refused before it is parsed', () => {
  const long = `-----BEGIN CERTIFICATE-----\n${'A'.repeat(64 * 1024)}\n-----END CERTIFICATE-----`;
  expect(readAuthority(one + long)).toStrictEqual({
    ok: false,
    error: 'must not contain a certificate that is longer than 64 KiB',
  });
});

test('of pieces of PEM in any order, certificates alone are taken', () => {
  const mark = (word: string, what = 'CERTIFICATE') => `-----${word} ${what}-----`;
  const pieces = [
    [one, other, one.slice(0, 200), one.slice(200), mark('BEGIN'), mark('END'), '\n', '=', '-----'],
    [mark('BEGIN', 'PRIVATE KEY'), mark('END', 'PRIVATE KEY'), 'hush', 'A'.repeat(1000), '\0', 'ü'],
  ].flat();
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 30 }), (all) => {
      const read = readAuthority(all.join(''));
      if (read.ok) expect(read.value.replaceAll(one, '').replaceAll(other, '')).toBe('');
      else expect(read.error).toMatch(/^must (not )?contain /);
    }),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 500) },
  );
});

describe('an authority that is named', () => {
  const object = (kind: 'Secret' | 'ConfigMap', data: JsonObject): JsonObject => ({
    apiVersion: 'v1',
    kind,
    data,
  });
  const found = (kind: 'Secret' | 'ConfigMap', key: string, ...objects: JsonObject[]) =>
    authorityOf({ kind, name: 'x', key }, 'tas-acme', { find: () => objects });

  test('is read by its key, from a Secret or a ConfigMap', () => {
    expect(found('Secret', 'a', object('Secret', { a: base64(one) }))).toStrictEqual({
      ok: true,
      value: one,
    });
    expect(found('ConfigMap', 'a', object('ConfigMap', { a: one }))).toStrictEqual({ ok: true, value: one });
  });

  test('is the one of this request, though one of that name was read before', () => {
    const before = object('ConfigMap', { a: one, b: other });
    expect(found('ConfigMap', 'a', before)).toMatchObject({ value: one });
    expect(found('ConfigMap', 'b', before)).toMatchObject({ value: other });
    expect(found('ConfigMap', 'a', object('ConfigMap', { a: other }))).toMatchObject({ value: other });
  });

  test('is waited for, missed, or refused', () => {
    expect(
      authorityOf({ kind: 'Secret', name: 'x', key: 'a' }, 'tas-acme', { find: () => undefined }),
    ).toBeUndefined();
    expect(found('Secret', 'a')).toMatchObject({ error: { reason: 'CANotFound' } });
    expect(found('Secret', 'constructor', object('Secret', { a: 'b' }))).toMatchObject({
      error: { reason: 'CANotFound' },
    });
    expect(found('Secret', 'a', object('Secret', { a: base64('hush') }))).toMatchObject({
      error: { reason: 'CAInvalid' },
    });
    expect(found('Secret', 'a', object('Secret', { a: '/w==' }))).toMatchObject({
      error: { reason: 'CAInvalid' },
    });
    expect(found('ConfigMap', 'a', object('ConfigMap', { a: one.padEnd(1024 * 1024 + 1) }))).toMatchObject({
      error: { reason: 'CAInvalid', message: 'Key "a" of ConfigMap "x" must not be longer than 1 MiB.' },
    });
  });
});
