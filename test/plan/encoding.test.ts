import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { decodeSecretValue, encode, encodeSecretValue } from '../../src/plan/encoding.ts';
import { reconcile } from '../../src/simulate/reconcile.ts';
import { run } from '../support/handler.ts';
import { base64, database, environmentConfig, instance, secret, worldOf } from '../support/world.ts';

describe('a value of a Secret', () => {
  test.each([
    { reason: 'ASCII', bytes: Buffer.from('hunter2'), want: 'hunter2' },
    { reason: 'UTF-8', bytes: Buffer.from('pässwörd 🔑'), want: 'pässwörd 🔑' },
    { reason: 'line ends at its end belong to it', bytes: Buffer.from('hunter2\r\n'), want: 'hunter2\r\n' },
    {
      reason: 'a byte order mark belongs to it',
      bytes: Buffer.from([0xef, 0xbb, 0xbf, 0x61]),
      want: '\ufeffa',
    },
    { reason: 'a NUL cannot be passed to any server', bytes: Buffer.from('hunter\0two'), want: undefined },
    { reason: 'bytes that are no UTF-8', bytes: Buffer.from([0x61, 0xff]), want: undefined },
    { reason: 'half a character', bytes: Buffer.from('é').subarray(0, 1), want: undefined },
    { reason: 'half a pair of UTF-16, encoded', bytes: Buffer.from([0xed, 0xa0, 0x80]), want: undefined },
  ])('is text or nothing: $reason', ({ reason, bytes, want }) => {
    expect(decodeSecretValue(bytes.toString('base64')), reason).toBe(want);
  });

  test('with a NUL in it makes its Database unusable, in words', async () => {
    const objects = [database('namespaced', 'shop'), secret('shop-db', { username: 'a\0b', password: 'c' })];
    const { response } = await reconcile(
      run,
      worldOf(instance('namespaced'), [environmentConfig(), ...objects]),
    );
    expect(response.desired?.composite?.resource).toHaveProperty(
      'status.resources.0.reason',
      'CredentialsUnsupported',
    );
    expect(response.results.at(-1)?.message).toContain('must be UTF-8 text without NUL characters');
  });
});

describe('encoded', () => {
  test('for a URL, it is unreserved characters and percent signs, and comes back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const encoded = encode(text, 'percent') ?? expect.unreachable();
        expect(encoded).toMatch(/^([A-Za-z0-9._~-]|%[0-9A-F]{2})*$/);
        expect(decodeURIComponent(encoded)).toBe(text);
      }),
    );
  });

  test('as it stands, it is printable ASCII without spaces, or refused', () => {
    expect(encode('!"#$%~', 'plain')).toBe('!"#$%~');
    for (const text of ['', ' ', 'a b', 'a\n', '\ta', 'é', '\u007f', '\0'])
      expect(encode(text, 'plain')).toBeUndefined();
  });

  test('in quotes, it is what JSON and YAML read there, and no mark that a server interpolates', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const encoded = encode(text, 'json');
        if (encoded === undefined) {
          expect(text).toMatch(/[\ud800-\udfff]/);
          return;
        }
        expect(encoded).toMatch(/^[!-~]*$/);
        expect(encoded).not.toMatch(/[${}"' ]/);
        expect(JSON.parse(`"${encoded}"`)).toBe(text);
        expect(parse(`"${encoded}"`)).toBe(text);
      }),
    );
  });

  test('for a header, it is the same, of visible ASCII and spaces between', () => {
    expect(encode('Basic YTpi', 'header')).toBe('Basic\\u0020YTpi');
    expect(encode('a"$', 'header')).toBe('a\\u0022\\u0024');
    for (const text of ['', ' a', 'a ', 'a\r\nb', 'a\tb', 'é', '\0'])
      expect(encode(text, 'header')).toBeUndefined();
  });

  test('for the data of a Secret, it is base64', () => {
    expect(encodeSecretValue('a%20b')).toBe(base64('a%20b'));
  });
});
