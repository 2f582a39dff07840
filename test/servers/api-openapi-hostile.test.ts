import { serialize } from 'node:v8';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readOpenApi } from '../../src/servers/api/openapi/read.ts';
import { maxSaid, startReading } from '../../src/servers/api/openapi/reading.ts';
import { canary, shapes, tokenSoup } from './hostile-documents.ts';

/** The end of a sentence, in one line. */
const sentence = /^(must|has) [^\p{Cc}]{5,400}$/u;

/** Bytes of the 2000 notes of a document. */
const mostInNotes = 300_000;

describe.each(Object.entries(shapes))('a hostile document: %s', (_, make) => {
  test('is read or refused, and what it makes is bounded', () => {
    for (const size of [1000, 60_000]) {
      const text = make(size);
      const read = readOpenApi(text);
      if (!read.ok) {
        expect(read.error).toMatch(sentence);
        continue;
      }
      const { operations, leftOut } = read.value;
      expect(operations.length + leftOut.length).toBeLessThanOrEqual(2001);
      for (const { notes = [] } of operations) expect(notes.length).toBeLessThanOrEqual(16);
      expect(serialize(read).length).toBeLessThan(8 * text.length + mostInNotes + maxSaid);
    }
  });
});

test('no text of tokens throws, and no error repeats what is in it', () => {
  fc.assert(
    fc.property(tokenSoup, (text) => {
      const read = readOpenApi(text);
      if (read.ok) return;
      expect(read.error).toMatch(sentence);
      expect(read.error).not.toContain(canary);
    }),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 2000) },
  );
});

describe('a reference', () => {
  /** An object of one member at each level, which counts how often it is looked at. */
  const counted = () => {
    let looks = 0;
    const at = (depth: number): object =>
      new Proxy(depth === 0 ? { type: 'string' } : { a: undefined }, {
        get: (target, key) => {
          if (key !== 'a') return Reflect.get(target, key) as unknown;
          looks++;
          return at(depth - 1);
        },
      });
    return { document: at(100) as Record<string, unknown>, looks: () => looks };
  };

  test('is followed once, however many places have its text', () => {
    const { document, looks } = counted();
    const reading = startReading(document);
    const results = Array.from({ length: 1000 }, () => reading.resolve({ $ref: `#${'/a'.repeat(100)}` }));
    expect(results[999]).toMatchObject({ ok: true, value: { type: 'string' } });
    expect(looks()).toBe(100);
  });
});

describe('what is said about parts that are left out', () => {
  const parameters = Array.from({ length: 60 }, (_, index) => ({ name: `q${index}`, in: 'cookie' }));
  const notesOf = (paths: number) => {
    const operation = [`/p`, { get: { parameters } }] as const;
    const document = Array.from({ length: paths }, (_, index) => [operation[0] + index, operation[1]]);
    const read = readOpenApi(JSON.stringify({ openapi: '3.0.3', paths: Object.fromEntries(document) }));
    return read.ok ? read.value.operations.map(({ notes = [] }) => notes) : [];
  };

  test('names 15 parts of an operation, and counts the others', () => {
    const [notes = []] = notesOf(1);
    expect(notes).toHaveLength(16);
    expect(notes[14]).toBe('its parameter q14, which is in a cookie');
    expect(notes[15]).toBe('45 more of its parameters and fields');
  });

  test('names 2000 parts of a document', () => {
    const notes = notesOf(200);
    expect(notes.flat().filter((note) => note.startsWith('its parameter')).length).toBeLessThanOrEqual(2000);
    expect(notes.at(-1)).toStrictEqual(['60 of its parameters and fields']);
  });
});
