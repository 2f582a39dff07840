import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sourceHash, versionsOf } from '../../scripts/lib/image-versions.ts';

describe('the version of an image', () => {
  const recorded = { server: { '0.2.0': 'a' } };

  test.each([
    { reason: 'is recorded', known: {}, version: '0.2.0', hash: 'a', want: { '0.2.0': 'a' } },
    { reason: 'stays with its source', known: recorded, version: '0.2.0', hash: 'a', want: { '0.2.0': 'a' } },
    { reason: 'replaces an older one', known: recorded, version: '0.3.0', hash: 'b', want: { '0.3.0': 'b' } },
  ])('$reason', ({ known, version, hash, want }) => {
    const versions = versionsOf({ server: { version, hash } }, known);
    expect(versions).toStrictEqual({ ok: true, value: { server: want } });
  });

  test('must be raised when the source has changed', () => {
    const versions = versionsOf({ server: { version: '0.2.0', hash: 'b' } }, recorded);
    expect(versions).toStrictEqual({
      ok: false,
      error:
        'The source in images/server has changed since version 0.2.0. Raise the version of server in package.json, config.images, and run "npm run generate".',
    });
  });
});

describe('the hash of a source', () => {
  const original = join(import.meta.dirname, '../../images/mcp-s3');
  const files = readdirSync(original);
  let copy: string;
  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), 'function-mcp-image-'));
    cpSync(original, copy, { recursive: true });
  });
  afterEach(() => rmSync(copy, { recursive: true }));

  test('does not depend on where the source is', () => {
    expect(sourceHash(copy)).toBe(sourceHash(original));
  });

  test.each(files)('depends on %s, unless it is a test', (name) => {
    writeFileSync(join(copy, name), 'changed');
    expect(sourceHash(copy) === sourceHash(original)).toBe(name.endsWith('_test.go'));
  });

  test('depends on the names of files', () => {
    writeFileSync(join(copy, 'another.go'), '');
    expect(sourceHash(copy)).not.toBe(sourceHash(original));
  });
});
