import { createHash } from 'node:crypto';

/**
 * The log-in method `client_ed25519` of MariaDB, for mysql2, which lacks it: the client signs the challenge of the
 * server as in Ed25519 (RFC 8032, section 5.1.6), but the SHA-512 of the password takes the place of the hashed key.
 * Node signs with keys of 32 bytes only, and passwords have any length.
 * https://mariadb.com/docs/server/reference/clientserver-protocol/1-connecting/connection#client_ed25519-plugin
 */
export const signChallenge = (password: string, challenge: Buffer): Buffer => {
  // An empty password is sent as an empty answer.
  if (password === '') return Buffer.alloc(0);
  const hashed = sha512(Buffer.from(password));
  const secret = fromBytes(clamped(hashed.subarray(0, 32)));
  const publicKey = encode(multiply(base, secret));
  const nonce = fromBytes(sha512(hashed.subarray(32), challenge)) % order;
  const commitment = encode(multiply(base, nonce));
  const factor = fromBytes(sha512(commitment, publicKey, challenge)) % order;
  return Buffer.concat([commitment, toBytes((nonce + factor * secret) % order)]);
};

/** The challenge has 32 bytes. A zero may follow. */
export const challengeLength = 32;

/** A point in extended coordinates: RFC 8032, section 5.1.4. */
type Point = readonly [x: bigint, y: bigint, z: bigint, t: bigint];

const prime = 2n ** 255n - 19n;
const order = 2n ** 252n + 27742317777372353535851937790883648493n;
const d = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
const baseX = 15112221349535400772501151409588531511454012693041857206046113283949847762202n;
const baseY = 46316835694926478169428394003475163141307993866256225615783033603165251855960n;
const base: Point = [baseX, baseY, 1n, (baseX * baseY) % prime];

const modulo = (value: bigint): bigint => ((value % prime) + prime) % prime;

const add = ([x1, y1, z1, t1]: Point, [x2, y2, z2, t2]: Point): Point => {
  const a = modulo((y1 - x1) * (y2 - x2));
  const b = modulo((y1 + x1) * (y2 + x2));
  const c = modulo(2n * d * modulo(t1 * t2));
  const e = modulo(2n * z1 * z2);
  return [
    modulo((b - a) * (e - c)),
    modulo((e + c) * (b + a)),
    modulo((e - c) * (e + c)),
    modulo((b - a) * (b + a)),
  ];
};

const multiply = (point: Point, scalar: bigint): Point => {
  let result: Point = [0n, 1n, 1n, 0n];
  let power = point;
  for (let rest = scalar; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = add(result, power);
    power = add(power, power);
  }
  return result;
};

const inverse = (value: bigint): bigint => {
  let result = 1n;
  let power = value;
  for (let rest = prime - 2n; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = modulo(result * power);
    power = modulo(power * power);
  }
  return result;
};

const encode = ([x, y, z]: Point): Buffer => {
  const scale = inverse(z);
  const bytes = toBytes(modulo(y * scale));
  if (modulo(x * scale) & 1n) bytes[31] = (bytes[31] ?? 0) | 0x80;
  return bytes;
};

const clamped = (key: Buffer): Buffer => {
  const bytes = Buffer.from(key);
  bytes[0] = (bytes[0] ?? 0) & 0xf8;
  bytes[31] = ((bytes[31] ?? 0) & 0x7f) | 0x40;
  return bytes;
};

const sha512 = (...parts: Buffer[]): Buffer => createHash('sha512').update(Buffer.concat(parts)).digest();

/** Numbers are little-endian. */
const fromBytes = (bytes: Buffer): bigint => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);

const toBytes = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();
