import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { challengeLength, signChallenge } from '../../../src/probe/drivers/mariadb-ed25519.ts';

/** PKCS #8 of an Ed25519 key, up to the key: RFC 8410, section 7. */
const before = Buffer.from('302e020100300506032b657004220420', 'hex');
const keyOf = (seed: Buffer) =>
  createPrivateKey({ key: Buffer.concat([before, seed]), format: 'der', type: 'pkcs8' });

const challenges = fc
  .uint8Array({ minLength: challengeLength, maxLength: challengeLength })
  .map((bytes) => Buffer.from(bytes));

test('a password of 32 bytes is a key of Ed25519, with the signature that Node makes', () => {
  const passwords = fc.string({
    unit: fc.integer({ min: 1, max: 127 }).map((code) => String.fromCharCode(code)),
    minLength: 32,
    maxLength: 32,
  });
  fc.assert(
    fc.property(passwords, challenges, (password, challenge) => {
      const key = keyOf(Buffer.from(password));
      const signature = signChallenge(password, challenge);
      expect(signature).toEqual(sign(null, challenge, key));
      expect(verify(null, challenge, createPublicKey(key), signature)).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test('a password of any other length gives 64 bytes that depend on all of it, and an empty one gives none', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 300 }), challenges, (password, challenge) => {
      const signature = signChallenge(password, challenge);
      expect(signature).toHaveLength(64);
      expect(signChallenge(`${password}x`, challenge)).not.toEqual(signature);
    }),
    { numRuns: 20 },
  );
  expect(signChallenge('', createHash('sha256').update('challenge').digest())).toHaveLength(0);
});
