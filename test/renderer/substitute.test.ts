import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encode } from '../../src/plan/encoding.ts';
import { placeholdersIn, substitute } from '../../src/renderer/substitute.ts';
import { text } from '../support/arbitrary-world.ts';

const name = fc.stringMatching(/^[A-Z0-9_]{1,12}$/);
const printable = fc.stringMatching(/^[\x21-\x7e]{0,40}$/);

/** A template in pieces: names stand for placeholders, all else for itself. */
const pieces = fc.array(
  fc.oneof(
    name.map((placeholder) => ({ placeholder })),
    fc.string({ unit: 'binary', maxLength: 20 }).map((literal) => ({ literal: literal.replaceAll('$', '') })),
  ),
  { maxLength: 12 },
);
type Piece = { placeholder: string } | { literal: string };

const write = (all: Piece[], placeholder: (name: string) => string): string =>
  all.map((piece) => ('literal' in piece ? piece.literal : placeholder(piece.placeholder))).join('');

describe('placeholders', () => {
  test('are replaced by their values, each as it stands, and nothing else is touched', () => {
    fc.assert(
      fc.property(pieces, fc.infiniteStream(printable), (all, stream) => {
        const names = all.flatMap((piece) => ('placeholder' in piece ? [piece.placeholder] : []));
        const values = Object.fromEntries(names.map((it) => [it, stream.next().value as string]));
        const template = write(all, (it) => `\${${it}}`);
        expect(placeholdersIn(template)).toStrictEqual([...new Set(names)]);
        expect(substitute(template, values)).toStrictEqual({
          ok: true,
          value: write(all, (it) => values[it] ?? ''),
        });
      }),
    );
  });

  test.each([
    { reason: 'patterns of String.replace are text', value: "$&$1$`$'$$$<name>" },
    { reason: 'a value that looks like a placeholder is not replaced', value: '${B}' },
    { reason: 'nor one that looks like itself', value: '${A}' },
    { reason: 'an empty value is a value', value: '' },
    { reason: 'backslashes', value: '\\n\\\\' },
    { reason: '4,000 characters', value: '%'.repeat(4000) },
  ])('$reason', ({ reason, value }) => {
    expect(substitute('<${A}|${B}|${A}>', { A: value, B: 'b' }), reason).toStrictEqual({
      ok: true,
      value: `<${value}|b|${value}>`,
    });
  });

  test.each(['${a}', '${A-B}', '${}', '${A', '$A', '$ {A}', '{{A}}', '${A.B}', '${Ä}'])(
    'what the function never writes is none: %s',
    (template) => {
      expect(substitute(template, {})).toStrictEqual({ ok: true, value: template });
    },
  );

  test('without a value are named, all of them, and no value is', () => {
    expect(substitute('${B} ${A} ${C} ${B}', { A: 'hush' })).toStrictEqual({
      ok: false,
      error: 'no value for B, C',
    });
  });

  test.each(['__proto__', 'constructor', 'toString'])('are looked for among the values alone: %s', (name) => {
    const upper = name.toUpperCase();
    expect(substitute(`\${${upper}}`, { [name]: 'x' })).toStrictEqual({
      ok: false,
      error: `no value for ${upper}`,
    });
  });

  test('whose value would break out of its place are named, and the value is not', () => {
    for (const value of ['a b', 'a\n', '\t', 'é', '\u0000', 'a\u007f', '\u2028']) {
      const broken = substitute('x = "${A}"', { A: value });
      expect(broken).toStrictEqual({
        ok: false,
        error: 'the value of A is not printable ASCII without spaces',
      });
    }
  });

  test('take every value that the function encodes', () => {
    fc.assert(
      fc.property(text, (value) => {
        const encoded = encode(value, 'percent') ?? expect.unreachable();
        expect(substitute('${A}', { A: encoded })).toStrictEqual({ ok: true, value: encoded });
        expect(decodeURIComponent(encoded)).toBe(value);
      }),
    );
  });
});
