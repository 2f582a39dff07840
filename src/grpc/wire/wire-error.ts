/**
 * Bytes that are not what they should be. The message names what is wrong and where,
 * never what the bytes hold.
 */
export class WireError extends Error {
  override readonly name = 'WireError';
}
